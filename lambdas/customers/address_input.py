"""What a customer says of an address."""

from __future__ import annotations

from contracts.address import Address
from contracts.model import ReadOnly
from customers.address_book import SavedAddress


class AddressInput(Address):
    """The body of ``POST /v1/customers/me/addresses`` and ``PUT /v1/customers/me/addresses/{id}``.

    Attributes:
        default_shipping: parcels go there unless somebody says otherwise; no other address does so then.
        default_billing: the same of invoices.
        id: read-only: taken and ignored, so that what was read can be changed and sent back.
    """

    default_shipping: bool = False
    default_billing: bool = False
    id: ReadOnly

    def saved(self, id: str) -> SavedAddress:
        """Give it as the domain knows it, version 1."""
        return SavedAddress(
            id=id,
            address=self.model_dump(mode="json", include=set(Address.model_fields)),
            default_shipping=self.default_shipping,
            default_billing=self.default_billing,
        )
