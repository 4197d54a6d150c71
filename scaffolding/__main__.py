"""`python -m scaffolding reviews`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from scaffolding.names import UnusableNameError, require_usable
from scaffolding.service import ScaffoldingError, write_service

CHECKOUT = Path(__file__).parents[1]


def main(arguments: Sequence[str]) -> int:
    """Writes the service that the only argument names; a line on standard error and exit code 2 when it cannot."""
    name = arguments[0] if arguments else ""
    try:
        require_usable(name, CHECKOUT)
        write_service(name, CHECKOUT, say=print)
    except (UnusableNameError, ScaffoldingError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{name} is written; `make test` proves it, `make up` deploys it, docs/services/{name}.md says what it does")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
