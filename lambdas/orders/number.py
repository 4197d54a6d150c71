"""Order numbers: what people read to each other."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32 (https://www.crockford.com/base32.html): no letter looks like a digit, and no word is rude."""

_HALF = 5
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None})


def new_number() -> str:
    """Give a number such as ``7KQ2M-8XD3A``: 50 random bits, which nobody guesses and which count nothing."""
    characters = [secrets.choice(ALPHABET) for _ in range(2 * _HALF)]
    return _written(characters)


def read_number(text: str) -> str | None:
    """Give the number that somebody typed, however they wrote it; None when it cannot be one."""
    characters = text.upper().translate(_MISREAD)
    if len(characters) != 2 * _HALF or not set(characters) <= set(ALPHABET):
        return None
    return _written(list(characters))


def _written(characters: list[str]) -> str:
    return "".join(characters[:_HALF]) + "-" + "".join(characters[_HALF:])
