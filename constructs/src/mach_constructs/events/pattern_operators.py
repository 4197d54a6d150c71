"""What may stand in the list of a pattern's field: values, and operators such as `{"numeric": [">", 100]}`.

The operators and their operands are those of EventBridge's "Comparison operators for use in event patterns"
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html); what is refused is what
its matcher refuses (https://github.com/aws/event-ruler).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network

from mach_constructs import tokens

# EventBridge compares numbers in this range only, with 15 significant digits.
_FURTHEST_NUMBER = 5.0e9
_BOTTOMS, _TOPS = (">", ">="), ("<", "<=")
_IGNORE_CASE = "equals-ignore-case"
_ESCAPED = re.compile(r"\\[\\*]")


def is_unresolved(value: object) -> bool:
    """Whether a value is known only at deployment; objects are looked into, not asked."""
    if value is None or isinstance(value, Mapping | bool) or (isinstance(value, float) and not math.isfinite(value)):
        return False
    if isinstance(value, list | tuple) and not (len(value) == 1 and isinstance(value[0], str)):
        return False  # a list that is known only at deployment has one text, a mark
    return tokens.is_unresolved(value)


def require_matcher(path: str, matcher: object) -> None:
    """Check one entry of a field's list.

    Args:
        path: Where it stands, for the message.
        matcher: A text, a number, a boolean, or an object with one operator; unresolved tokens pass.

    Raises:
        ValueError: EventBridge or CloudFormation would refuse it.
    """
    if isinstance(matcher, Mapping):
        operator, operand = _only(path, matcher)
        if operator not in _OPERATORS:
            raise ValueError(f"{path} must use one of {', '.join(sorted(_OPERATORS))}, got {operator!r}")
        if not is_unresolved(operand):
            _OPERATORS[operator](f"{path}.{operator}", operand)
    elif matcher is None:
        raise ValueError(f'{path} must not hold None, which CloudFormation refuses; use {{"exists": False}}')
    elif not isinstance(matcher, str | int | float):
        raise ValueError(f"{path} must hold texts, numbers, booleans and operators, got {matcher!r}")
    elif isinstance(matcher, float) and not math.isfinite(matcher):
        raise ValueError(f"{path} must hold finite numbers, got {matcher}")


def _only(path: str, expression: Mapping[object, object]) -> tuple[str, object]:
    if len(expression) != 1:
        raise ValueError(f"{path} must have one operator in each object, got {dict(expression)!r}")
    ((operator, operand),) = expression.items()
    return str(operator), operand


def _text(path: str, operand: object) -> None:
    if not isinstance(operand, str):
        raise ValueError(f"{path} must be a text, got {operand!r}")


def _text_or_ignoring_case(path: str, operand: object) -> None:
    if isinstance(operand, Mapping):
        operator, operand = _only(path, operand)
        if operator != _IGNORE_CASE:
            raise ValueError(f"{path} must be a text or {_IGNORE_CASE}, got {operator!r}")
    _text(path, operand)


def _exists(path: str, operand: object) -> None:
    if not isinstance(operand, bool):
        raise ValueError(f"{path} must be True or False, got {operand!r}")


def _wildcard(path: str, operand: object) -> None:
    _text(path, operand)
    unescaped = _ESCAPED.sub("_", str(operand))
    if "**" in unescaped:
        raise ValueError(f"{path} must not have consecutive wildcards, got {operand!r}")
    if "\\" in unescaped:
        raise ValueError(f"{path} must escape nothing but * and \\, got {operand!r}")


def _cidr(path: str, operand: object) -> None:
    _text(path, operand)
    address, slash, _ = str(operand).partition("/")
    try:
        network = ip_network(str(operand), strict=False)
    except ValueError as error:
        raise ValueError(f"{path} must be a block such as 10.0.0.0/24, got {operand!r}") from error
    if not slash or network.prefixlen == network.max_prefixlen:
        raise ValueError(
            f"{path} must have fewer than {network.max_prefixlen} mask bits, got {operand!r}; a single address is "
            f"matched by {address!r}"
        )


def _number(path: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{path} must compare with numbers, got {value!r}")
    if not -_FURTHEST_NUMBER <= value <= _FURTHEST_NUMBER:
        raise ValueError(f"{path} must compare with numbers between -5.0e9 and 5.0e9, got {value!r}")
    return value


def _numeric(path: str, operand: object) -> None:
    if not isinstance(operand, list | tuple) or len(operand) not in (2, 4):
        raise ValueError(f'{path} must be like [">", 0] or [">", 0, "<=", 5], got {operand!r}')
    comparison, bound = operand[0], _number(path, operand[1])
    if comparison not in ("=", *_BOTTOMS, *_TOPS):
        raise ValueError(f"{path} must compare by one of =, >, >=, < and <=, got {comparison!r}")
    if len(operand) == 2:
        return
    if comparison not in _BOTTOMS or operand[2] not in _TOPS:
        raise ValueError(f"{path} must give a range as > or >=, then < or <=, got {operand!r}")
    if bound >= _number(path, operand[3]):
        raise ValueError(f"{path} must be a range whose bottom is less than its top, got {operand!r}")


def _anything_but(path: str, operand: object) -> None:
    if isinstance(operand, Mapping):
        operator, inner = _only(path, operand)
        if operator not in ("prefix", "suffix", "wildcard", _IGNORE_CASE):
            raise ValueError(f"{path} must use one of {_IGNORE_CASE}, prefix, suffix, wildcard, got {operator!r}")
        for value in _several(path, inner):
            _text(f"{path}.{operator}", value)
            if not value:
                raise ValueError(f"{path}.{operator} must not be empty, got {value!r}")
            if operator == "wildcard":
                _wildcard(f"{path}.{operator}", value)
        return
    values = _several(path, operand)
    if all(isinstance(value, str) for value in values):
        return
    if any(isinstance(value, str) for value in values):
        raise ValueError(f"{path} must hold either texts or numbers, got both in {operand!r}")
    for value in values:
        _number(path, value)


def _several(path: str, operand: object) -> Sequence[object]:
    values = operand if isinstance(operand, list | tuple) else [operand]
    if not values:
        raise ValueError(f"{path} must not be empty, got {operand!r}")
    return values


_OPERATORS: Mapping[str, Callable[[str, object], None]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    _IGNORE_CASE: _text,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _text_or_ignoring_case,
    "suffix": _text_or_ignoring_case,
    "wildcard": _wildcard,
}
OPERATORS = frozenset(_OPERATORS)
"""Names that an event's fields cannot have inside `$or`."""
