"""A customer's consents, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from aws_lambda_powertools.event_handler import Response

from customers.application import application, customer_of, customers_table
from customers.consent_history import change_record, page_of_changes
from customers.consent_input import ConsentsInput
from customers.consents import PURPOSES, Consent, Decision, decided
from customers.documents import Change, CustomerDocuments, Document
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import require_preconditions, strong_tag
from edge.request import Request
from edge.response import json_response
from edge.validation import validate

_QUERY = "consent changes"


@application.get("/v1/customers/me/consents")
def read_consents(request: Request) -> Response[str]:
    """Answer with every purpose and what was decided; null for nothing yet."""
    return _answer(CustomerDocuments(customers_table()).read(customer_of(request), "CONSENTS"))


@application.put("/v1/customers/me/consents")
def put_consents(request: Request) -> Response[str]:
    """Take decisions. What is said again changes nothing; what is not named stays."""
    wanted = validate(ConsentsInput, request.json())
    given = {purpose: getattr(wanted, purpose) for purpose in PURPOSES}
    decisions = {
        purpose: Decision(granted=consent.granted, text_version=consent.text_version)
        for purpose, consent in given.items()
        if consent is not None
    }
    customer = customer_of(request)

    def change(current: Document) -> Change:
        require_preconditions(request.headers, current=strong_tag(current.version))
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        consents, new = decided(cast(Mapping[str, Consent], current.content), decisions, now=now)
        kept = [change_record(customer, version=current.version + 1, changed=new)] if new else []
        return Change(content=consents, also=kept)

    return _answer(CustomerDocuments(customers_table()).change(customer, "CONSENTS", change))


@application.get("/v1/customers/me/consents/changes")
def list_changes(request: Request) -> Response[str]:
    """Answer with a page of all that was ever decided, newest first."""
    limit = request.limit()
    position = requested_position(request, query=_QUERY, kinds=[int])
    before = cast(int, position[0]) if position is not None else None
    found = page_of_changes(customers_table(), customer_of(request), before=before, limit=limit + 1)
    shown = found[:limit]
    following = encode_cursor([shown[-1][0]], query=_QUERY) if len(found) > limit else None
    return json_response({"items": [changed for _, changed in shown], "next": following})


def _answer(document: Document) -> Response[str]:
    consents = {purpose: document.content.get(purpose) for purpose in PURPOSES}
    return json_response(consents, headers={"ETag": strong_tag(document.version)})
