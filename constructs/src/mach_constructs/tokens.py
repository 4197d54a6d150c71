"""Whether a value is known only at deployment, asked of the CDK no more often than need be."""

from __future__ import annotations

from functools import lru_cache

from aws_cdk import Token

_REMEMBERED = 4096


def is_unresolved(value: object) -> bool:
    """Tell values that are known only at deployment from those known now.

    Every check of an argument asks, and each time the CDK answers from another process. It writes such values as texts
    or floats of a certain look, so that the same text always has the same answer, and no `int` is ever one.

    Args:
        value: What was given.

    Returns:
        Whether it is a token, or holds one.
    """
    if isinstance(value, int):
        return False
    return _answer(value) if isinstance(value, str | float) else bool(Token.is_unresolved(value))


@lru_cache(maxsize=_REMEMBERED)
def _answer(value: str | float) -> bool:
    return bool(Token.is_unresolved(value))
