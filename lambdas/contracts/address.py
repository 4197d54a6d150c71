"""Where parcels go."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.country import Country
from contracts.model import Contract

_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"

AddressLine = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
"""One line on a parcel: 1 to 200 characters of any script, no control characters, not blank."""

Region = Annotated[str, Field(min_length=1, max_length=100, pattern=_PRINTABLE)]
"""A state, province or prefecture as the country writes it, best by the code of ISO 3166-2: ``CA`` or ``US-CA``."""

PostalCode = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9 -]*[A-Za-z0-9])?$")]
"""1 to 20 letters and digits, with spaces and hyphens between them; some countries have none."""


class Destination(Contract):
    """As much of an address as shipping and tax depend on.

    Attributes:
        country: ISO 3166-1 alpha-2.
        region: state, province or prefecture.
        postal_code: of the place.
    """

    country: Country
    region: Region | None = None
    postal_code: PostalCode | None = None


class Address(Destination):
    """A person's address.

    Attributes:
        name: who lives there.
        line1: street and number.
        line2: what else the postman must know.
        city: the town.
    """

    name: AddressLine
    line1: AddressLine
    line2: AddressLine | None = None
    city: AddressLine

    def destination(self) -> Destination:
        """Give the part that shipping and tax depend on."""
        return Destination(country=self.country, region=self.region, postal_code=self.postal_code)
