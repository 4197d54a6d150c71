"""Prices written in major units, as people write them, to the API's integer minor units; never through a float."""

from decimal import Decimal, InvalidOperation

LARGEST_AMOUNT = 999_999_999_999


def minor_units(price: str, *, decimals: int = 2) -> int:
    """The price in the currency's smallest unit: `"129.99"` dollars are 12999 cents.

    Args:
        price: A decimal number, like `129.99`; not negative.
        decimals: How many the currency has: 2 for US dollars, 0 for yen.

    Raises:
        ValueError: When it is not a number, is negative or too large, or has more decimals than the currency.
    """
    try:
        number = Decimal(price.strip())
    except InvalidOperation:
        raise ValueError(f"price {price!r} is not a decimal number") from None
    if not number.is_finite() or number < 0 or number.adjusted() + decimals >= len(str(LARGEST_AMOUNT)):
        raise ValueError(f"price {price!r} is not between 0 and {LARGEST_AMOUNT} in minor units")
    digits, exponent = number.normalize().as_tuple()[1:]
    if isinstance(exponent, int) and -exponent > decimals and any(digits):
        raise ValueError(f"price {price!r} has more than {decimals} decimals")
    return int(number.scaleb(decimals))
