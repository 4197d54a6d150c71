"""Pricing's operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import conflict, not_found
from contracts.model import Contract, Identifier
from contracts.pricing import Quote, QuoteRequest, Redemption, RedemptionRequest
from pricing.price_list_input import MAXIMUM_BODY_BYTES, PriceListInput
from pricing.promotion_input import PromotionInput

PRICES = Tag("Prices", "What things cost, and who pays less for them.")


class Promotion(PromotionInput):
    """A promotion.

    Attributes:
        code: in capitals.
    """

    code: Identifier


class PromotionPage(Page[Promotion]):
    """Promotions, in the order of their codes."""


class PromotionUses(Contract):
    """How often a promotion was used.

    Attributes:
        code: the promotion's.
        uses: how many orders use it.
        limit: how many may; null for any number.
    """

    code: Identifier
    uses: Annotated[int, Field(ge=0)]
    limit: int | None


class PriceList(PriceListInput):
    """A price list.

    Attributes:
        id: the list's.
    """

    id: Identifier


def usd(amount: int) -> dict[str, object]:
    """Give an amount of an example."""
    return {"currency": "USD", "amount": amount}


CODE = Parameter("code", Identifier, "The promotion; capitals and small letters are the same.", example="TENTH")
REDEMPTION = Parameter("id", Identifier, "The use, by an id that the caller chose.", example="checkout-7f3a")
LIST = (Parameter("id", Identifier, "The list.", example="USD"),)

TENTH: dict[str, object] = {
    "title": "10 % off the kitchen",
    "effect": {"type": "percentage", "basis_points": 1000},
    "conditions": {
        "categories": ["kitchen"],
        "skus": [],
        "minimum": usd(5000),
        "currency": None,
        "customer_groups": [],
        "starts_at": "2026-11-27T00:00:00Z",
        "ends_at": "2026-12-01T00:00:00Z",
    },
    "automatic": False,
    "enabled": True,
    "combinable": True,
    "priority": 0,
    "limit": 1000,
    "limit_per_customer": 1,
}
STORED_TENTH: dict[str, object] = {"code": "TENTH", **TENTH}
USES: dict[str, object] = {"code": "TENTH", "uses": 412, "limit": 1000}
REDEEMED: dict[str, object] = {"id": "checkout-7f3a", "code": "TENTH"}
DOLLARS: dict[str, object] = {
    "currency": "USD",
    "prices": {"enamel-mug-blue": 1500},
    "conversions": {"EUR": {"rate": 1_080_000, "step": 5}},
}
STORED_DOLLARS: dict[str, object] = {"id": "USD", **DOLLARS}
ASKED: dict[str, object] = {
    "currency": "USD",
    "items": [{"sku": "enamel-mug-blue", "quantity": 2}],
    "coupons": ["tenth", "summer"],
    "email": "ada@example.com",
    "destination": {"country": "US", "region": "MN", "postal_code": "55401"},
    "shipping": {"option": "standard", "amount": usd(500)},
}
QUOTED: dict[str, object] = {
    "currency": "USD",
    "lines": [
        {
            "sku": "enamel-mug-blue",
            "product_id": "enamel-mug",
            "name": "Enamel Camp Mug, Blue",
            "quantity": 2,
            "unit_price": usd(1600),
            "subtotal": usd(3200),
            "discount": usd(320),
            "tax": usd(198),
            "total": usd(3078),
        }
    ],
    "discounts": [{"code": "TENTH", "title": "10 % off the kitchen", "amount": usd(320)}],
    "refused_coupons": [{"code": "summer", "reason": "expired"}],
    "unavailable": [],
    "subtotal": usd(3200),
    "discount": usd(320),
    "shipping": usd(500),
    "shipping_discount": usd(0),
    "shipping_tax": usd(0),
    "tax": usd(198),
    "tax_included": False,
    "total": usd(3578),
}

NO_PROMOTION = not_found("there is no promotion 'TENTH'")

OPERATIONS = [
    Operation(
        "POST /v1/prices/quotes",
        id="quotePrices",
        tag=PRICES,
        summary="Ask what an order costs",
        description="Nothing changes. Parts always sum up, whatever was rounded.",
        body=Body(QuoteRequest, example=ASKED),
        answers=[Answer(HTTPStatus.OK, "The quote.", Quote, example=QUOTED)],
    ),
    Operation(
        "GET /v1/promotions",
        id="listPromotions",
        tag=PRICES,
        summary="List promotions",
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", PromotionPage, example={"items": [STORED_TENTH], "next": None})],
    ),
    Operation(
        "GET /v1/promotions/{code}",
        id="getPromotion",
        tag=PRICES,
        summary="Read a promotion",
        path=(CODE,),
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The promotion.", Promotion, example=STORED_TENTH)],
        problems=[NO_PROMOTION],
    ),
    Operation(
        "PUT /v1/promotions/{code}",
        id="putPromotion",
        tag=PRICES,
        summary="Create or change a promotion",
        path=(CODE,),
        body=Body(PromotionInput, example=TENTH),
        safe="conditional",
        answers=[
            Answer(HTTPStatus.OK, "It was changed, or is the same.", Promotion, example=STORED_TENTH),
            Answer(HTTPStatus.CREATED, "It was created.", Promotion, example=STORED_TENTH, headers=("Location",)),
        ],
    ),
    Operation(
        "GET /v1/promotions/{code}/uses",
        id="getPromotionUses",
        tag=PRICES,
        summary="Read how often a promotion was used",
        path=(CODE,),
        answers=[Answer(HTTPStatus.OK, "The uses.", PromotionUses, example=USES)],
        problems=[NO_PROMOTION],
    ),
    Operation(
        "PUT /v1/promotions/{code}/redemptions/{id}",
        id="redeemPromotion",
        tag=PRICES,
        summary="Let a use of a promotion count",
        path=(CODE, REDEMPTION),
        body=Body(RedemptionRequest, example={"customer_id": None, "email": "ada@example.com"}),
        answers=[
            Answer(HTTPStatus.OK, "It counts already.", Redemption, example=REDEEMED),
            Answer(HTTPStatus.CREATED, "It counts.", Redemption, example=REDEEMED),
        ],
        problems=[
            NO_PROMOTION,
            conflict("coupon-exhausted", "TENTH was used 1000 times, as often as it may be"),
            conflict("coupon-not-valid", "nobody can use TENTH now: expired"),
            conflict("redemption-released", "the use checkout-7f3a of TENTH was taken back"),
        ],
    ),
    Operation(
        "DELETE /v1/promotions/{code}/redemptions/{id}",
        id="releaseRedemption",
        tag=PRICES,
        summary="Take a use of a promotion back",
        description="Succeeds even if it never counted; a use that arrives later is refused.",
        path=(CODE, REDEMPTION),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It does not count.")],
    ),
    Operation(
        "GET /v1/price-lists/{id}",
        id="getPriceList",
        tag=PRICES,
        summary="Read a price list",
        path=LIST,
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The list.", PriceList, example=STORED_DOLLARS)],
        problems=[not_found("there is no price list 'USD'")],
    ),
    Operation(
        "PUT /v1/price-lists/{id}",
        id="putPriceList",
        tag=PRICES,
        summary="Create or replace a price list",
        description="A list named like a currency holds for all quotes in it.",
        path=LIST,
        body=Body(PriceListInput, example=DOLLARS, maximum_bytes=MAXIMUM_BODY_BYTES),
        safe="conditional",
        answers=[
            Answer(HTTPStatus.OK, "It was replaced, or is the same.", PriceList, example=STORED_DOLLARS),
            Answer(HTTPStatus.CREATED, "It was created.", PriceList, example=STORED_DOLLARS, headers=("Location",)),
        ],
    ),
]
