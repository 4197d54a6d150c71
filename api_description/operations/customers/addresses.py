"""The operations of a customer's address book."""

from __future__ import annotations

from http import HTTPStatus

from api_description.examples import POSTAL_ADDRESS
from api_description.operation import Answer, Body, Operation, Parameter
from api_description.operations.customers.tags import CUSTOMERS
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import conflict, not_found
from contracts.address import Address
from contracts.model import Identifier
from customers.address_input import AddressInput


class SavedAddress(Address):
    """An address of the customer's book.

    Attributes:
        id: of the address.
        default_shipping: parcels go there unless somebody says otherwise.
        default_billing: the same of invoices.
    """

    id: Identifier
    default_shipping: bool
    default_billing: bool


class AddressPage(Page[SavedAddress]):
    """Addresses, oldest first."""


ADDRESS_ID = (Parameter("id", Identifier, "The address.", example="5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55"),)
ADDRESS: dict[str, object] = POSTAL_ADDRESS | {"default_shipping": True}
STORED_ADDRESS: dict[str, object] = ADDRESS | {
    "id": "5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55",
    "line2": None,
    "default_billing": False,
}
NO_ADDRESS = not_found("you have no address '5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55'")

OPERATIONS = [
    Operation(
        "GET /v1/customers/me/addresses",
        id="listAddresses",
        tag=CUSTOMERS,
        summary="List your addresses",
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", AddressPage, example={"items": [STORED_ADDRESS], "next": None})],
    ),
    Operation(
        "POST /v1/customers/me/addresses",
        id="addAddress",
        tag=CUSTOMERS,
        summary="Add an address",
        body=Body(AddressInput, example=ADDRESS),
        idempotency_key="optional",
        answers=[
            Answer(
                HTTPStatus.CREATED,
                "It was added.",
                SavedAddress,
                example=STORED_ADDRESS,
                headers=("Location", "ETag"),
            )
        ],
        problems=[conflict("too-many-addresses", "you have 50 addresses, and no more can be kept")],
    ),
    Operation(
        "PUT /v1/customers/me/addresses/{id}",
        id="putAddress",
        tag=CUSTOMERS,
        summary="Replace an address",
        path=ADDRESS_ID,
        body=Body(AddressInput, example=ADDRESS),
        safe="conditional",
        answers=[Answer(HTTPStatus.OK, "The address as it is now.", SavedAddress, example=STORED_ADDRESS)],
        problems=[NO_ADDRESS],
    ),
    Operation(
        "DELETE /v1/customers/me/addresses/{id}",
        id="deleteAddress",
        tag=CUSTOMERS,
        summary="Delete an address",
        path=ADDRESS_ID,
        safe="conditional",
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is gone.")],
        problems=[NO_ADDRESS],
    ),
]
