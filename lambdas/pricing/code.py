"""How a code is written: capitals, whatever a customer typed."""

from __future__ import annotations

import re

_CODE = re.compile(r"[A-Z0-9][A-Z0-9._~-]{0,63}\Z")


def canonical(typed: str) -> str | None:
    """Give a code in its only form, or None when no promotion can have it."""
    # Capitals of some letters are several ASCII ones, which nobody typed.
    code = typed.strip().upper() if typed.isascii() else ""
    return code if _CODE.match(code) else None
