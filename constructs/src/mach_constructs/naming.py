"""Names derived from what a user wrote. Construct ids are API: changing one replaces the resource behind it."""

from __future__ import annotations

import hashlib
import re

from aws_cdk import Names, Stack
from constructs import IConstruct

from mach_constructs.tokens import is_unresolved


def pascal_case(name: str) -> str:
    """Give the construct id for a module, folder or variable name.

    Args:
        name: Words separated by anything but letters and digits, such as "stock_events".

    Returns:
        The words joined with upper-case initials, such as "StockEvents".
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def deployed_path(construct: IConstruct) -> str:
    """Give a construct's path with the name of its stack in front, which no second deployment in a region has.

    Args:
        construct: Any construct in a stack.

    Returns:
        Such as "Catalog-prod/Catalog", of letters, digits, dots, hyphens, underscores and slashes.
    """
    stack = Stack.of(construct)
    name = stack.stack_name
    if is_unresolved(name):  # a nested stack's
        name = Names.unique_resource_name(stack, max_length=128)
    inner = construct.node.path.removeprefix(stack.node.path)
    return re.sub(r"[^A-Za-z0-9._/-]", "_", f"{name}{inner}")


def regional_name(construct: IConstruct, *, longest: int) -> str:
    """Give a name for a resource that AWS wants named, unique among all deployments in a region.

    Args:
        construct: Whose path the name follows from.
        longest: Characters that AWS allows, at least 16.

    Returns:
        The path's end of letters, digits and hyphens, and eight hexadecimal digits of the whole.
    """
    path = deployed_path(construct)
    digest = hashlib.sha256(path.encode()).hexdigest()[:8]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", path)[: longest - len(digest) - 1].strip("-")
    return f"{readable}-{digest}"


def construct_id(handler: str) -> str:
    """Give the construct id for a handler.

    Args:
        handler: Module and function, such as "stock.handler" or "stock.changed".

    Returns:
        The module, and the function unless it is called "handler", such as "Stock" or "StockChanged".
    """
    module, _, function = handler.rpartition(".")
    return pascal_case(module) + ("" if function == "handler" else pascal_case(function))
