"""Promotions, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import require_preconditions, strong_tag
from edge.request import Request
from edge.response import cached_json_response, json_response
from edge.validation import validate
from pricing.application import application, pricing_table, stored
from pricing.code import canonical
from pricing.promotion import Promotion
from pricing.promotion_document import document_of
from pricing.promotion_input import PromotionInput
from pricing.promotion_repository import PromotionRepository


@application.get("/v1/promotions")
def list_promotions(request: Request) -> Response[str]:
    """Answer with a page of promotions in the order of their codes."""
    limit = request.limit()
    position = requested_position(request, query="promotions", kinds=[str])
    after = str(position[0]) if position is not None else ""
    found = PromotionRepository(pricing_table()).page(after=after, limit=limit + 1)
    shown = found[:limit]
    following = encode_cursor([shown[-1].code], query="promotions") if len(found) > limit else None
    return json_response({"items": [document_of(promotion) for promotion in shown], "next": following})


@application.get("/v1/promotions/<code>")
def read_promotion(request: Request, code: str) -> Response[str]:
    """Answer with a promotion and its entity tag."""
    promotion = require_promotion(code)
    return cached_json_response(request, document_of(promotion), entity_tag=strong_tag(promotion.version))


@application.get("/v1/promotions/<code>/uses")
def read_uses(_request: Request, code: str) -> Response[str]:
    """Answer with how often a promotion was used."""
    promotion = require_promotion(code)
    uses = PromotionRepository(pricing_table()).uses(promotion.code)
    return json_response({"code": promotion.code, "uses": uses, "limit": promotion.limit})


@application.put("/v1/promotions/<code>")
def put_promotion(request: Request, code: str) -> Response[str]:
    """Create or change a promotion: 201 with its Location, or 200. The same content again changes nothing."""
    wanted = validate(PromotionInput, request.json())
    known = canonical(code)
    if known is None:
        detail = "must be 1 to 64 letters, digits or . _ ~ -, the first a letter or a digit"
        raise problem.invalid(problem.InputError(parameter="code", detail=detail, code="code"))
    created = False

    def change(current: Promotion | None) -> Promotion:
        nonlocal created
        require_preconditions(request.headers, current=strong_tag(current.version) if current else None)
        created = current is None
        new = wanted.promotion(known)
        return current.replaced_by(new, at=datetime.now(UTC)) if current else new

    promotion = PromotionRepository(pricing_table()).change(known, change)
    return stored(
        document_of(promotion), version=promotion.version, created_at=f"/v1/promotions/{known}" if created else None
    )


def require_promotion(code: str) -> Promotion:
    """Give the promotion of a code in a path.

    Raises:
        Problem: 404 when there is none.
    """
    known = canonical(code)
    found = PromotionRepository(pricing_table()).find(known) if known else None
    if found is None:
        raise problem.not_found(f"there is no promotion {code[:64]!r}")
    return found
