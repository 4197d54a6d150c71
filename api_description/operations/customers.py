"""The operations of customers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import CURSOR, PAGE
from api_description.problem_kinds import conflict, not_found
from contracts.address import Address
from contracts.model import Contract, Identifier
from contracts.personal_data import MAXIMUM_PAGE_BYTES, MAXIMUM_PAGES, ErasureAnswer, KeptData, Kind, PersonalDataPage
from customers.address_input import AddressInput
from customers.consent_input import ConsentsInput
from customers.data_request import ServiceState, State
from customers.profile_input import ProfileInput

CUSTOMERS = Tag("Customers", "What people say of themselves: profile, addresses, what they agree to.")
PERSONAL_DATA = Tag("Personal data", "Taking all that is kept of a person, and having it forgotten.")


class Profile(Contract):
    """A customer's profile.

    Attributes:
        id: of the customer, as tokens give it.
        name: as they want to be addressed.
        language: that they read.
        email: where messages go.
    """

    id: str
    name: str | None
    language: str | None
    email: str | None


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


class Consent(Contract):
    """A decision as it stands.

    Attributes:
        granted: yes or no.
        text_version: which text was shown.
        decided_at: when.
    """

    granted: bool
    text_version: Identifier
    decided_at: AwareDatetime


class Consents(Contract):
    """Every purpose and what was decided; null for nothing yet.

    Attributes:
        marketing_email: offers by e-mail.
        personalization: offers by what was bought.
        analytics: counting what is looked at.
    """

    marketing_email: Consent | None
    personalization: Consent | None
    analytics: Consent | None


class ConsentChangePage(Page[dict[Literal["marketing_email", "personalization", "analytics"], Consent]]):
    """What was ever decided, by purpose, newest first."""


class DataRequest(Contract):
    """A request that every service with personal data answers.

    Attributes:
        id: of the request.
        state: how far it is.
        requested_at: when it was made.
        due_at: when all must have answered.
        services: how far each is.
    """

    id: Identifier
    state: State
    requested_at: AwareDatetime
    due_at: AwareDatetime
    services: dict[str, ServiceState]


class Export(DataRequest):
    """An export of all that is kept of the customer.

    Attributes:
        expires_at: until when it can be read.
        records: where, once it is complete.
    """

    expires_at: AwareDatetime
    records: str | None


class Erasure(DataRequest):
    """An erasure of all that is kept of a person. It says nothing of whom.

    Attributes:
        kept: what services did not erase, and why.
    """

    kept: dict[str, list[KeptData]]


class ServiceRecord(Contract):
    """One thing that a service keeps of the customer.

    Attributes:
        service: who keeps it.
        kind: what it is.
        data: all of it.
    """

    service: str
    kind: Kind
    data: dict[str, JsonValue]


class ServiceRecordPage(Contract):
    """A page as a service sent it.

    Attributes:
        items: what is kept.
        next: where the next page begins, to be sent as ``cursor``; null on the last page.
    """

    items: list[ServiceRecord]
    next: str | None


ADDRESS_ID = (Parameter("id", Identifier, "The address.", example="5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55"),)
EXPORT_ID = (Parameter("id", Identifier, "The export.", example="0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e"),)
ERASURE_ID = (Parameter("id", Identifier, "The erasure.", example="7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e"),)
SERVICE = Parameter("service", Kind, "Who answers.", example="orders")
NUMBER = Parameter("page", Annotated[int, Field(ge=1, le=MAXIMUM_PAGES)], "Which page, from 1.", example=1)

PROFILE: dict[str, object] = {"name": "Ada Lovelace", "language": "en", "email": "ada@example.com"}
STORED_PROFILE: dict[str, object] = {"id": "5d0c1e3a-7b2f-4e60-9c3e-1d5a7b2f4e60", **PROFILE}
ADDRESS: dict[str, object] = {
    "name": "Ada Lovelace",
    "line1": "12 Nicollet Mall",
    "city": "Minneapolis",
    "region": "MN",
    "postal_code": "55401",
    "country": "US",
    "default_shipping": True,
}
STORED_ADDRESS: dict[str, object] = ADDRESS | {
    "id": "5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55",
    "line2": None,
    "default_billing": False,
}
DECIDED: dict[str, object] = {"granted": True, "text_version": "2026-10"}
CONSENT: dict[str, object] = DECIDED | {"decided_at": "2026-11-23T16:05:12.482Z"}
CONSENTS: dict[str, object] = {"marketing_email": CONSENT, "personalization": None, "analytics": None}
REQUESTED: dict[str, object] = {
    "state": "processing",
    "requested_at": "2026-11-23T16:05:12Z",
    "due_at": "2026-11-24T16:05:12Z",
    "services": {"customers": "answered", "orders": "waiting"},
}
EXPORT: dict[str, object] = REQUESTED | {
    "id": "0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e",
    "expires_at": "2026-11-30T16:05:12Z",
    "records": None,
}
KEPT: dict[str, object] = {
    "what": "invoices of confirmed orders",
    "ground": "legal-obligation",
    "reason": "invoices are kept for ten years",
    "until": "2036-12-31",
}
ERASURE: dict[str, object] = REQUESTED | {
    "id": "7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e",
    "kept": {"customers": []},
}
RECORD: dict[str, object] = {"kind": "profile", "data": {"name": "Ada Lovelace"}}

NO_ADDRESS = not_found("you have no address '5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55'")
NO_EXPORT = not_found("you have no export '0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e'; one is kept for 7 days")
NOT_WAITED_FOR = not_found("there is no such request that waits for 'orders'")

OPERATIONS = [
    Operation(
        "GET /v1/customers/me",
        id="getProfile",
        tag=CUSTOMERS,
        summary="Read your profile",
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The profile.", Profile, example=STORED_PROFILE)],
        problems=[not_found("you have no profile yet; PUT one")],
    ),
    Operation(
        "PUT /v1/customers/me",
        id="putProfile",
        tag=CUSTOMERS,
        summary="Create or replace your profile",
        body=Body(ProfileInput, example=PROFILE),
        safe="conditional",
        answers=[
            Answer(HTTPStatus.OK, "It was replaced, or is the same.", Profile, example=STORED_PROFILE),
            Answer(HTTPStatus.CREATED, "It was created.", Profile, example=STORED_PROFILE, headers=("Location",)),
        ],
    ),
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
    Operation(
        "GET /v1/customers/me/consents",
        id="getConsents",
        tag=CUSTOMERS,
        summary="Read what you agreed to",
        answers=[Answer(HTTPStatus.OK, "Every purpose.", Consents, example=CONSENTS, headers=("ETag",))],
    ),
    Operation(
        "PUT /v1/customers/me/consents",
        id="putConsents",
        tag=CUSTOMERS,
        summary="Say what you agree to",
        description="What is left out stays as it is.",
        body=Body(ConsentsInput, example={"marketing_email": DECIDED}),
        safe="conditional",
        answers=[Answer(HTTPStatus.OK, "Every purpose.", Consents, example=CONSENTS)],
    ),
    Operation(
        "GET /v1/customers/me/consents/changes",
        id="listConsentChanges",
        tag=CUSTOMERS,
        summary="List what you ever decided",
        query=PAGE,
        answers=[
            Answer(
                HTTPStatus.OK,
                "A page.",
                ConsentChangePage,
                example={"items": [{"marketing_email": CONSENT}], "next": None},
            )
        ],
    ),
    Operation(
        "POST /v1/customers/me/exports",
        id="requestExport",
        tag=PERSONAL_DATA,
        summary="Ask for all that is kept of you",
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.ACCEPTED, "It was asked for.", Export, example=EXPORT, headers=("Location",))],
        problems=[
            conflict(
                "export-in-progress",
                "your export 0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e is under way; it is due at 2026-11-24T16:05:12Z",
            )
        ],
    ),
    Operation(
        "GET /v1/customers/me/exports/{id}",
        id="getExport",
        tag=PERSONAL_DATA,
        summary="Ask how far an export is",
        path=EXPORT_ID,
        answers=[Answer(HTTPStatus.OK, "How far it is.", Export, example=EXPORT)],
        problems=[NO_EXPORT],
    ),
    Operation(
        "GET /v1/customers/me/exports/{id}/records",
        id="listExportedRecords",
        tag=PERSONAL_DATA,
        summary="Read an export",
        path=EXPORT_ID,
        query=(CURSOR,),
        answers=[
            Answer(
                HTTPStatus.OK,
                "A page.",
                ServiceRecordPage,
                example={"items": [{"service": "customers", **RECORD}], "next": None},
            )
        ],
        problems=[NO_EXPORT, conflict("export-in-progress", "not all services have answered yet")],
    ),
    Operation(
        "POST /v1/customers/me/erasures",
        id="requestErasure",
        tag=PERSONAL_DATA,
        summary="Ask to be forgotten",
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.ACCEPTED, "It was asked for.", Erasure, example=ERASURE, headers=("Location",))],
        problems=[
            conflict(
                "erasure-in-progress",
                "your erasure 7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e is under way; it is due at 2026-11-24T16:05:12Z",
            )
        ],
    ),
    Operation(
        "GET /v1/personal-data/erasures/{id}",
        id="getErasure",
        tag=PERSONAL_DATA,
        summary="Ask how far an erasure is",
        description="Who was forgotten may have no account any more: its id is the way to it.",
        path=ERASURE_ID,
        answers=[
            Answer(
                HTTPStatus.OK,
                "How far it is.",
                Erasure,
                example=ERASURE | {"kept": {"customers": [], "orders": [KEPT]}},
            )
        ],
        problems=[not_found("there is no erasure '7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e'")],
    ),
    Operation(
        "PUT /v1/personal-data/erasures/{id}/services/{service}",
        id="answerErasure",
        tag=PERSONAL_DATA,
        summary="Say that a service has forgotten a person, and what it kept",
        path=(*ERASURE_ID, SERVICE),
        body=Body(ErasureAnswer, example={"kept": [KEPT]}),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It was taken.")],
        problems=[NOT_WAITED_FOR],
    ),
    Operation(
        "PUT /v1/personal-data/exports/{id}/services/{service}/pages/{page}",
        id="answerExport",
        tag=PERSONAL_DATA,
        summary="Give a page of what a service has of a person",
        description="The same page again replaces the one before.",
        path=(*EXPORT_ID, SERVICE, NUMBER),
        body=Body(PersonalDataPage, example={"records": [RECORD], "last": True}, maximum_bytes=MAXIMUM_PAGE_BYTES),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It was taken.")],
        problems=[NOT_WAITED_FOR],
    ),
]
