"""What an order costs, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response

from contracts.pricing import QuoteRequest
from edge import problem
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from pricing.application import application, pricing_table
from pricing.price_list_repository import PriceListRepository
from pricing.promotion_repository import PromotionRepository
from pricing.quoting import AmountTooLargeError, Quoting, UnusablePriceListError
from pricing.redemption_repository import RedemptionRepository
from pricing.sku_price import copied
from product_copies.repository import ProductCopies


@application.post("/v1/prices/quotes")
def quote(request: Request) -> Response[str]:
    """Answer with what an order costs; nothing changes."""
    asked = validate(QuoteRequest, request.json())
    table = pricing_table()
    quoting = Quoting(
        prices=ProductCopies(table, copied=copied),
        price_lists=PriceListRepository(table),
        promotions=PromotionRepository(table),
        redemptions=RedemptionRepository(table),
    )
    try:
        found = quoting.quote(asked, at=datetime.now(UTC))
    except UnusablePriceListError as error:
        raise problem.invalid(
            problem.InputError(pointer="/price_list", detail=str(error), code="price_list")
        ) from error
    except AmountTooLargeError as error:
        raise problem.invalid(
            problem.InputError(pointer="/items", detail=str(error), code="amount_too_large")
        ) from error
    return json_response(found.model_dump_json())
