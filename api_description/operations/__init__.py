"""What each service says of its operations, in a module or package of the service's name: its `OPERATIONS`.

It stands beside the services and not within, so that no function's package holds it, and none changes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from api_description.operation import Operation


@cache
def operations_of(service: str) -> Sequence[Operation]:
    """Give what a service says; nothing, if it has no module.

    Args:
        service: Its name, such as "catalog".
    """
    module = f"{__name__}.{service}"
    if find_spec(module) is None:
        return ()
    operations: Sequence[Operation] = import_module(module).OPERATIONS
    return operations
