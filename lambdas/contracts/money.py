"""Money in minor units of an ISO 4217 currency."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from typing_extensions import TypeAliasType

from contracts.model import Contract

MAXIMUM_AMOUNT = 999_999_999_999
"""The largest amount, in minor units: far above any order, far below where a JSON number loses digits (2^53)."""

_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""

CURRENCIES = frozenset(_CODES.split())
"""The alphabetic ISO 4217 codes of the currencies that people pay with (no metals, no testing codes)."""


_WHOLE = """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
"""
_IN_THOUSANDTHS = """
    BHD IQD JOD KWD LYD OMR TND
"""
_MINOR_UNIT_DIGITS = {**dict.fromkeys(_WHOLE.split(), 0), **dict.fromkeys(_IN_THOUSANDTHS.split(), 3)}


def minor_unit_digits(currency: str) -> int:
    """Give how many digits the minor unit of a currency has: 2 for USD, 0 for JPY, 3 for KWD (ISO 4217)."""
    return _MINOR_UNIT_DIGITS.get(currency, 2)


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("must be an ISO 4217 currency code such as USD")
    return code


Currency = TypeAliasType(
    "Currency",
    Annotated[
        str,
        Field(pattern=r"^[A-Z]{3}$", json_schema_extra={"enum": [*sorted(CURRENCIES)]}),
        AfterValidator(_known_currency),
    ],
)
"""An ISO 4217 alphabetic code in capitals."""


class Money(Contract):
    """An amount that is asked or paid; never negative, for a refund is money too and says its direction by its name.

    Attributes:
        currency: ISO 4217 code, e.g. ``USD``.
        amount: integer count of the currency's minor unit (cents for USD, yen for JPY), 0 to 999,999,999,999.
    """

    currency: Currency
    amount: Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT)]

    def __add__(self, other: Money) -> Money:
        """Give the sum of two amounts of one currency.

        Raises:
            ValueError: when the currencies differ or the sum exceeds the largest amount.
        """
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(currency=self.currency, amount=self.amount + other.amount)

    def times(self, quantity: int) -> Money:
        """Give the amount taken ``quantity`` times (0 or more).

        Raises:
            ValueError: when the quantity is negative or the product exceeds the largest amount.
        """
        return Money(currency=self.currency, amount=self.amount * quantity)
