"""Which names a new service may have."""

import importlib.util
import keyword
import re
import sys
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Its stack's name, a Cognito scope and names that Lambda and CloudFormation cut at 64 characters are made of it.
_LONGEST = 32
_RESERVED = frozenset({"docs", "openapi", "asyncapi", "platform", "identity", "services", "service", "given"})


class UnusableNameError(ValueError):
    """No service can have this name; the message is one line that says why."""


def require_usable(name: str, checkout: Path) -> None:
    """Check the name of a service that does not exist yet.

    Args:
        name: The name, as its package's.
        checkout: Where the services are.

    Raises:
        UnusableNameError: It cannot be the name of a package, is too long, or means something already.
    """
    if not name:
        raise UnusableNameError("a service needs a name, such as `make new-service NAME=reviews`")
    if not _NAME.fullmatch(name):
        raise UnusableNameError(f"a service's name is lower-case words joined by _, such as gift_cards, got {name!r}")
    if len(name) > _LONGEST:
        raise UnusableNameError(f"a service's name has at most {_LONGEST} characters, got {len(name)}: {name}")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise UnusableNameError(f"{name} is a keyword of Python")
    if (checkout / "lambdas" / name).exists() or (checkout / "stacks" / f"{name}.py").exists():
        raise UnusableNameError(f"{name} exists already: lambdas/{name} or stacks/{name}.py")
    if name in _RESERVED:
        raise UnusableNameError(f"{name} has a meaning of its own here, so no service can be called that")
    if name in sys.stdlib_module_names or importlib.util.find_spec(name) is not None:
        raise UnusableNameError(f"{name} is a package already, which the service's would hide from the functions")
    path = f"/v1/{name.replace('_', '-')}"
    for stack in sorted((checkout / "stacks").glob("*.py")):
        if re.search(rf"{re.escape(path)}[/\"]", stack.read_text()):
            raise UnusableNameError(f"{path} belongs to stacks/{stack.name}")
