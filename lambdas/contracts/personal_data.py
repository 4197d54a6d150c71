"""What a service answers when it is asked for a person's data, or to forget them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from contracts.model import Contract
from contracts.order import Label, Reason

MAXIMUM_PAGE_BYTES = 300_000
"""Of one page, as it is sent: it is one item of a table, which takes 400 KB."""

MAXIMUM_PAGES = 1000
"""Of one service's answer: 300 MB of a single person are a mistake."""

MAXIMUM_RECORDS = 1000
MAXIMUM_MEMBERS = 1000
MAXIMUM_KEPT = 20

Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""What a record is, such as ``order`` or ``delivery_address``."""

Ground = Literal["legal-obligation", "legal-claims", "contract"]
"""Why something may be kept: article 17 (3) (b) or (e), or it is still needed for an order that is under way."""


class PersonalRecord(Contract):
    """One thing that a service keeps of a person.

    Attributes:
        kind: what it is.
        data: all of it, in the words of the service's API; 250 kB and 1,000 members at most.
    """

    kind: Kind
    data: Annotated[dict[str, JsonValue], Field(max_length=MAXIMUM_MEMBERS)]


class PersonalDataPage(Contract):
    """The body of ``PUT /v1/personal-data/exports/{id}/services/{service}/pages/{page}``. Pages are counted from 1.

    Attributes:
        records: some of what the service keeps.
        last: whether it is the last page; the answer is complete when all pages up to it are there.
    """

    records: Annotated[tuple[PersonalRecord, ...], Field(strict=False, max_length=MAXIMUM_RECORDS)]
    last: bool


class KeptData(Contract):
    """What a service did not erase, and why it may keep it. It says nothing by which a person could be known.

    Attributes:
        what: in words, such as ``invoices of confirmed orders``.
        ground: why.
        reason: the same in words, with the rule.
        until: when it will be erased; None when that depends on something.
    """

    what: Label
    ground: Ground
    reason: Reason
    until: Annotated[date, Field(strict=False)] | None


class ErasureAnswer(Contract):
    """The body of ``PUT /v1/personal-data/erasures/{id}/services/{service}``: nothing else has the person in it.

    Attributes:
        kept: what was not.
    """

    kept: Annotated[tuple[KeptData, ...], Field(strict=False, max_length=MAXIMUM_KEPT)] = ()
