"""Price lists, over HTTP."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from contracts.money import CURRENCIES
from edge import problem
from edge.entity_tag import require_preconditions, strong_tag
from edge.identifier import is_identifier, require_identifier
from edge.request import Request
from edge.response import cached_json_response
from edge.validation import validate
from pricing.application import application, pricing_table, stored
from pricing.price_list import PriceList
from pricing.price_list_document import price_list_document
from pricing.price_list_input import MAXIMUM_BODY_BYTES, PriceListInput
from pricing.price_list_repository import PriceListRepository


@application.get("/v1/price-lists/<list_id>")
def read_price_list(request: Request, list_id: str) -> Response[str]:
    """Answer with a price list and its entity tag."""
    found = PriceListRepository(pricing_table()).find(list_id) if is_identifier(list_id) else None
    if found is None:
        raise problem.not_found(f"there is no price list {list_id[:64]!r}")
    return cached_json_response(request, price_list_document(found), entity_tag=strong_tag(found.version))


@application.put("/v1/price-lists/<list_id>")
def put_price_list(request: Request, list_id: str) -> Response[str]:
    """Create or replace a price list: 201 with its Location, or 200. The same content again changes nothing."""
    wanted = validate(PriceListInput, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))
    require_identifier(list_id, parameter="id")
    if list_id in CURRENCIES and list_id != wanted.currency:
        detail = f"is {wanted.currency}, but the list {list_id} is for all quotes in {list_id}"
        raise problem.invalid(problem.InputError(pointer="/currency", detail=detail, code="currency_mismatch"))
    created = False

    def change(current: PriceList | None) -> PriceList:
        nonlocal created
        require_preconditions(request.headers, current=strong_tag(current.version) if current else None)
        created = current is None
        new = wanted.price_list(list_id)
        return current.replaced_by(new) if current else new

    price_list = PriceListRepository(pricing_table()).change(list_id, change)
    location = f"/v1/price-lists/{list_id}" if created else None
    return stored(price_list_document(price_list), version=price_list.version, created_at=location)
