"""How a fraction of a minor unit becomes a whole one."""

from __future__ import annotations


def half_up(numerator: int, denominator: int) -> int:
    """Give the nearest integer of a fraction that is not negative, a half going up.

    Section 324 of the Streamlined Sales and Use Tax Agreement asks US sellers for just this; Union law leaves the
    method for VAT to the member states (Court of Justice, C-484/06, Ahold).

    Args:
        numerator: 0 or more.
        denominator: 1 or more.
    """
    return (2 * numerator + denominator) // (2 * denominator)
