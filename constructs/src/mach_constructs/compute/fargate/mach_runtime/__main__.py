"""`python -m mach_runtime web|worker|health`; the fourth command, `handler`, is how it starts its own processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .asgi import Application

COMMANDS = ("web", "worker", "health", "handler")


def set_import_path(runtime: Path) -> None:
    """Let the service's own packages win over everything, and the runtime's over nothing.

    Args:
        runtime: This package's folder; `service` is looked for beside it.
    """
    service, packages = str(runtime.parent / "service"), str(runtime / "packages")
    if service not in sys.path:
        sys.path.insert(0, service)
    if packages not in sys.path:
        sys.path.append(packages)


def main(arguments: list[str]) -> int:
    """Run a command; what it imports is found on the path that was set before.

    Args:
        arguments: The command, and for `handler` its own.

    Returns:
        The exit code.
    """
    set_import_path(Path(__file__).absolute().parent)
    command = arguments[0] if arguments else ""
    if command == "health":
        from .health import check

        return check()
    if command == "handler":
        from .handler_process import serve

        return serve(int(arguments[1]))
    if command == "web":
        from .web import application

        return _serve_http(application)
    if command == "worker":
        from .worker import application as worker

        return _serve_http(worker)
    print(f"usage: python -m mach_runtime {'|'.join(COMMANDS[:3])}", file=sys.stderr)
    return 2


def _serve_http(application: Callable[[Mapping[str, str]], Application]) -> int:
    import os

    from .server import run
    from .settings import SettingsError

    try:
        return run(application(os.environ), os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
