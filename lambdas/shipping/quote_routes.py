"""What shipping costs, over HTTP."""

from __future__ import annotations

from typing import cast

from aws_lambda_powertools.event_handler import Response

from contracts.money import Money
from contracts.shipping import DeliveryPromise, ShippingOffer, ShippingQuote, ShippingQuoteRequest
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from product_copies.repository import ProductCopies
from shipping.application import application, shipping_table
from shipping.offers import offers
from shipping.rate_table import tariff
from shipping.sku_weight import copied


@application.post("/v1/shipping/quotes")
def quote(request: Request) -> Response[str]:
    """Answer with the ways in which the items can travel; nothing changes."""
    asked = validate(ShippingQuoteRequest, request.json())
    known = ProductCopies(shipping_table(), copied=copied).find([item.sku for item in asked.items])
    default = tariff()["default_weight_grams"]
    grams = sum(
        item.quantity * cast(int, known.get(item.sku, {}).get("weight_grams") or default) for item in asked.items
    )
    found = offers(
        tariff(),
        country=asked.destination.country,
        region=asked.destination.region,
        grams=grams,
        currency=asked.currency,
    )
    items = tuple(
        ShippingOffer(
            id=offer.id,
            name=offer.name,
            price=Money(currency=asked.currency, amount=offer.amount),
            promise=DeliveryPromise(min_days=offer.min_days, max_days=offer.max_days),
        )
        for offer in found
    )
    return json_response(ShippingQuote(items=items).model_dump_json())
