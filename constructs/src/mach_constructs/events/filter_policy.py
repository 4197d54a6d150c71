"""Which events a subscription of a fan-out gets: SNS filter policies, checked before AWS checks them."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TypeAlias

Condition: TypeAlias = "str | int | float | bool | Mapping[str, object]"
"""A value that a field may have, or an operator such as `{"numeric": [">=", 100]}`."""

FilterPolicy: TypeAlias = "Mapping[str, FilterPolicy | Sequence[Condition | FilterPolicy]]"
"""Fields of the event's JSON, nested as there, down to lists of conditions of which one must hold."""

# https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
_MOST_KEYS = 5
_MOST_COMBINATIONS = 150
_LARGEST_NUMBER = 1_000_000_000
_LARGEST_POLICY = 256 * 1024
_BOTTOMS, _TOPS = (">", ">="), ("<", "<=")
_COMPARISONS = ("=", *_BOTTOMS, *_TOPS)
_OF_ONE_TEXT = ("prefix", "suffix", "equals-ignore-case")
_OPERATORS = ("anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix")


def require_filter_policy(argument: str, policy: FilterPolicy) -> None:
    """Refuse a filter policy that SNS would refuse.

    SNS also knows null, which no CloudFormation template can say. AWS has counted the keys of a nested policy in two
    ways, at its top or at its ends; here the ends count, so a policy that passes holds by either.

    Args:
        argument: The argument's name, as the caller wrote it.
        policy: What was given.

    Raises:
        ValueError: It is empty, has more than 5 keys or 150 combinations (the values of every key times its depth,
            multiplied), is larger than 256 KB, or has an operator that SNS lacks or with a wrong value.
    """
    if not policy:
        raise ValueError(f"{argument} must have at least one key, got none: leave it out to get every event")
    keys = list(_keys(argument, policy, ()))
    if len(keys) > _MOST_KEYS:
        raise ValueError(
            f"{argument} must have at most {_MOST_KEYS} keys, got {len(keys)}: {', '.join(path for path, _, _ in keys)}"
        )
    combinations = prod(depth * len(conditions) for _, depth, conditions in keys)
    if combinations > _MOST_COMBINATIONS:
        raise ValueError(
            f"{argument} must have at most {_MOST_COMBINATIONS} combinations (values times depth, multiplied over all "
            f"keys), got {combinations}"
        )
    for path, _, conditions in keys:
        for condition in conditions:
            _check(f"{argument} at {path}", condition)
    size = len(json.dumps(policy, ensure_ascii=False).encode())
    if size > _LARGEST_POLICY:
        raise ValueError(f"{argument} must be at most {_LARGEST_POLICY} bytes, got {size}")


def _keys(
    argument: str, policy: Mapping[str, object], path: tuple[str, ...]
) -> Iterator[tuple[str, int, list[object]]]:
    for name, value in policy.items():
        here = (*path, name)
        if name == "$or":
            yield from _alternatives(argument, value, path)
        elif isinstance(value, Mapping) and value:
            yield from _keys(argument, value, here)
        elif isinstance(value, list | tuple) and value:
            yield ".".join(here), len(here), list(value)
        else:
            raise ValueError(
                f"{argument} at {'.'.join(here)} must be a list of conditions or fields further in, got {value!r}"
            )


def _alternatives(argument: str, value: object, path: tuple[str, ...]) -> Iterator[tuple[str, int, list[object]]]:
    if (
        not isinstance(value, list | tuple)
        or len(value) < 2
        or not all(isinstance(alternative, Mapping) and alternative for alternative in value)
    ):
        raise ValueError(
            f"{argument} at {'.'.join((*path, '$or'))} must be a list of two policies or more, got {value!r}"
        )
    for alternative in value:
        yield from _keys(argument, alternative, path)


def _check(where: str, condition: object) -> None:
    if isinstance(condition, bool | str):
        return
    if isinstance(condition, int | float):
        _check_number(where, condition)
        return
    if not isinstance(condition, Mapping) or len(condition) != 1:
        raise ValueError(f"{where} must be a text, a number, true, false or one operator, got {condition!r}")
    ((operator, value),) = condition.items()
    if operator in _OF_ONE_TEXT:
        _check_text(f"{operator} of {where}", value)
    elif operator == "exists":
        if not isinstance(value, bool):
            raise ValueError(f"exists of {where} must be true or false, got {value!r}")
    elif operator == "cidr":
        _check_network(where, value)
    elif operator == "numeric":
        _check_comparison(where, value)
    elif operator == "anything-but":
        _check_exception(where, value)
    else:
        raise ValueError(f"{where} must use one of the operators {', '.join(_OPERATORS)}, got {operator!r}")


def _check_text(where: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where} must be a text, got {value!r}")


def _check_number(where: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{where} must compare with numbers, got {value!r}")
    if not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER or round(value, 5) != value:
        raise ValueError(
            f"{where} must have numbers between -{_LARGEST_NUMBER} and {_LARGEST_NUMBER} with five digits after the "
            f"point at most, got {value}"
        )


def _check_network(where: str, value: object) -> None:
    try:
        ipaddress.ip_network(value if isinstance(value, str) else "", strict=False)
    except ValueError:
        raise ValueError(f'cidr of {where} must be a network such as "10.0.0.0/24", got {value!r}') from None


def _check_comparison(where: str, value: object) -> None:
    terms = list(value) if isinstance(value, list | tuple) else []
    if len(terms) not in (2, 4) or any(operator not in _COMPARISONS for operator in terms[::2]):
        raise ValueError(f'numeric of {where} must be like [">=", 1] or [">", 0, "<=", 5], got {value!r}')
    for number in terms[1::2]:
        _check_number(f"numeric of {where}", number)
    if len(terms) == 2:
        return
    if terms[0] not in _BOTTOMS or terms[2] not in _TOPS:
        raise ValueError(f"numeric of {where} must give a range as > or >=, then < or <=, got {value!r}")
    if terms[1] >= terms[3]:
        raise ValueError(f"numeric of {where} must be a range whose bottom is less than its top, got {value!r}")


def _check_exception(where: str, value: object) -> None:
    if isinstance(value, Mapping):
        if len(value) != 1 or next(iter(value)) not in ("prefix", "suffix"):
            raise ValueError(f"anything-but of {where} must have a prefix or a suffix, got {value!r}")
        _check_text(f"anything-but of {where}", next(iter(value.values())))
        return
    values = list(value) if isinstance(value, list | tuple) else [value]
    if not values or not (
        all(isinstance(one, str) for one in values)
        or all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
    ):
        raise ValueError(f"anything-but of {where} must be texts or numbers, got {value!r}")
    for one in values:
        if not isinstance(one, str):
            _check_number(f"anything-but of {where}", one)
