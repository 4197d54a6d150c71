"""What the customers service asks of every service that keeps personal data: what it has of a person, and to forget it.

Each answers by a call (``contracts.personal_data``), not by an event: what it has of a person must not lie in the bus's
archive and log.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from contracts.email_address import EmailAddress
from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier


class PersonalDataRequest(Contract):
    """Whose data are asked for.

    Attributes:
        request_id: of the export or the erasure; the answer names it.
        customer_id: the person's, as tokens give it.
        email: the person's; it is known to be theirs, so that what they did as a guest is theirs too. None when it is
            not known, or nobody has proven that it is theirs.
        due_at: when the answer must be there.
    """

    request_id: Identifier
    customer_id: Identifier
    email: EmailAddress | None
    due_at: Annotated[AwareDatetime, Field(strict=False)]


class PersonalDataRequested(DomainEvent[PersonalDataRequest]):
    """A person wants to know what is kept of them (GDPR, articles 15 and 20)."""

    source: ClassVar[str] = "storefront.customers"
    detail_type: ClassVar[str] = "PersonalDataRequested"


class CustomerErasureRequested(DomainEvent[PersonalDataRequest]):
    """A person wants to be forgotten (GDPR, article 17)."""

    source: ClassVar[str] = "storefront.customers"
    detail_type: ClassVar[str] = "CustomerErasureRequested"
