"""Construct ids derived from what a user wrote. They are API: changing one replaces the resource behind it."""

from __future__ import annotations

import re


def pascal_case(name: str) -> str:
    """Give the construct id for a module, folder or variable name.

    Args:
        name: Words separated by anything but letters and digits, such as "stock_events".

    Returns:
        The words joined with upper-case initials, such as "StockEvents".
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
