"""What a customer says of themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.email_address import EmailAddress
from contracts.model import Contract, ReadOnly
from contracts.order import PRINTABLE, Language


class ProfileInput(Contract):
    """The body of ``PUT /v1/customers/me``.

    Attributes:
        name: as they want to be addressed, 1 to 200 characters.
        language: that they read, a tag of BCP 47.
        email: where messages go; the one that the user pool has proven to be theirs when left out.
        id: read-only: taken and ignored, so that what was read can be changed and sent back.
    """

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)] | None = None
    language: Language | None = None
    email: EmailAddress | None = None
    id: ReadOnly
