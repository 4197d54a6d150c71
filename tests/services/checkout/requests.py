"""What clients send."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from checkout.checkout import Checkout
from checkout.checkout_input import CheckoutInput

ADDRESS: dict[str, object] = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}


def body(**fields: object) -> dict[str, object]:
    """Give a checkout's body, some fields changed."""
    return {
        "cart_id": "cart-1",
        "email": "ada@example.com",
        "shipping_address": ADDRESS,
        "shipping_option": "standard",
        "payment_method": {"token": "card_ok"},
        **fields,
    }


def checkout(**fields: object) -> Checkout:
    """Give a checkout that has just begun."""
    return Checkout(
        id=uuid4().hex,
        request=CheckoutInput.model_validate(body(**fields)).model_dump_json(exclude_none=True),
        correlation_id="c-1",
        created_at=datetime.now(UTC),
    )
