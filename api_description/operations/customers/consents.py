"""The operations of what a customer agrees to."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from pydantic import AwareDatetime

from api_description.operation import Answer, Body, Operation
from api_description.operations.customers.tags import CUSTOMERS
from api_description.page import Page
from api_description.parameters import PAGE
from contracts.model import Contract, Identifier
from customers.consent_input import ConsentsInput


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


DECIDED: dict[str, object] = {"granted": True, "text_version": "2026-10"}
CONSENT: dict[str, object] = DECIDED | {"decided_at": "2026-11-23T16:05:12.482Z"}
CONSENTS: dict[str, object] = {"marketing_email": CONSENT, "personalization": None, "analytics": None}

OPERATIONS = [
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
]
