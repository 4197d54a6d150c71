"""What a cart costs, asked of pricing each time: a client's idea of a price decides nothing, nor does an old one."""

from __future__ import annotations

from pydantic import ValidationError

from cart.application import application
from cart.cart import Cart
from contracts.pricing import Quote
from service_client.client import ServiceClient
from service_client.errors import CallRefusedError, ServiceUnavailableError

PRICING = ServiceClient(read_timeout_seconds=3.0, patience_seconds=5.0)
"""A cart without prices is better than one that lets a customer wait."""


def quote(cart: Cart, *, correlation_id: str) -> Quote | None:
    """Give what a cart costs; None when it is empty or ordered, or pricing cannot say.

    Args:
        cart: its items and coupons, and its customer, who may use some coupons only so often.
        correlation_id: of the request.
    """
    if not cart.items or cart.status == "ordered":
        return None
    wanted: dict[str, object] = {
        "currency": cart.currency,
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in cart.items.items()],
        "coupons": list(cart.coupons),
    }
    if cart.customer_id is not None:
        wanted["customer_id"] = cart.customer_id
    try:
        answer = PRICING.ask("POST /v1/prices/quotes", body=wanted, correlation_id=correlation_id)
        return Quote.model_validate(answer.document)
    except ServiceUnavailableError as error:
        application.logger.warning("pricing does not answer", reason=error.reason)
    except (CallRefusedError, ValidationError) as error:
        application.logger.exception("pricing cannot say what a cart costs", exc_info=error)
    return None
