"""What calls an API by the name that AWS gives it reaches it.

A service finds the API that it calls in a variable: `https://<api id>.execute-api.<region>.amazonaws.com`. No name
server knows that name here. In the variables of functions and containers it becomes the emulator's path form.
"""

import re
from collections.abc import Mapping

from local.fixups.worker_script import replace_once

NAME_OF_AN_API = r"https://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?![a-z0-9.-])"
PATH_OF_AN_API = "/_aws/execute-api/"


def install() -> None:
    """Gives every worker addresses that it reaches."""
    replace_once(
        "    os.environ.update(env)\n",
        "    os.environ.update(env)\n"
        "    import re\n"
        '    _apis = os.environ.get("AWS_ENDPOINT_URL", "") + '
        f"{PATH_OF_AN_API!r}\n"
        "    for _name, _value in env.items():\n"
        f"        os.environ[_name] = re.sub({NAME_OF_AN_API!r}, lambda found: _apis + found[1], str(_value))\n",
    )


def reachable(environment: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """Variables whose addresses of APIs lead to this machine.

    Args:
        environment: Of a container, as it is defined.
        endpoint: Where it finds AWS.
    """
    apis = endpoint + PATH_OF_AN_API
    return {name: re.sub(NAME_OF_AN_API, lambda api: apis + api[1], value) for name, value in environment.items()}
