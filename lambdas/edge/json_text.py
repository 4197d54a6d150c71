"""Reading JSON that a stranger wrote."""

from __future__ import annotations

import json
import math
from typing import NoReturn


class UnreadableJsonError(ValueError):
    """The text is not JSON, or JSON that two readers could understand differently."""


def parse_json(text: str) -> object:
    """Give the value of a JSON text.

    Stricter than ``json.loads``: a repeated member, NaN and Infinity, a number too large for the machine, a surrogate
    without its partner and nesting beyond Python's stack are refused, for no two readers agree on them.

    Raises:
        UnreadableJsonError: with where and why.
    """
    try:
        value: object = json.loads(
            text, object_pairs_hook=_unique_members, parse_constant=_refuse_constant, parse_float=_finite
        )
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
        else:
            text.encode()
    except json.JSONDecodeError as error:
        raise UnreadableJsonError(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise UnreadableJsonError("nested too deeply") from error
    except UnicodeEncodeError as error:
        raise UnreadableJsonError("a string holds half of a surrogate pair") from error
    except UnreadableJsonError:
        raise
    except ValueError as error:
        # The interpreter refuses integers of more than some thousand digits.
        raise UnreadableJsonError("a number has too many digits") from error
    return value


def _unique_members(members: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(members)
    if len(value) < len(members):
        raise UnreadableJsonError("an object repeats one of its members")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableJsonError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise UnreadableJsonError("a number is too large")
    return number
