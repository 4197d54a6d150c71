"""What customers are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Kind = Literal[
    "order_confirmed",
    "order_cancelled",
    "order_returned",
    "payment_refunded",
    "shipment_dispatched",
    "shipment_delivered",
    "checkout_failed",
]
"""Each has a text in every language."""

KINDS: tuple[Kind, ...] = get_args(Kind)

LANGUAGES = ("en", "de", "fr")
"""Those that there are texts in; the first is for everybody else."""

Facts: TypeAlias = Mapping[str, object]
"""What a text may speak of: what JSON can write. Amounts are money as the API writes it."""


@dataclass(frozen=True, kw_only=True)
class Email:
    """A message, written.

    Attributes:
        subject: one line.
        text: for those who read no HTML.
        html: a whole document.
    """

    subject: str
    text: str
    html: str


def language_for(tag: str | None) -> str:
    """Give the language to write in: that of a BCP 47 tag such as ``de-AT``, or English.

    Args:
        tag: what the customer reads, if they have said so.
    """
    primary = (tag or "").partition("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]
