from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.order import OrderRequest


def usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


LINE = {
    "sku": "mug",
    "product_id": "mug",
    "name": "Mug",
    "quantity": 2,
    "unit_price": usd(800),
    "discount": usd(100),
    "tax": usd(120),
    "total": usd(1620),
}
ORDER: dict[str, Any] = {
    "checkout_id": "c-1",
    "cart_id": "k-1",
    "email": "ada@example.org",
    "currency": "USD",
    "lines": [LINE],
    "discounts": [{"code": "WELCOME", "title": "Welcome", "amount": usd(100)}],
    "subtotal": usd(1600),
    "discount": usd(100),
    "shipping": usd(500),
    "tax": usd(120),
    "tax_included": False,
    "total": usd(2120),
    "shipping_address": {"name": "Ada", "line1": "1 Main St", "city": "London", "country": "GB"},
    "shipping_option": {"id": "standard", "name": "Standard", "price": usd(500)},
    "payment_id": "p-1",
    "reservation_id": "r-1",
}


def test_what_a_quote_sums_up_to_is_an_order() -> None:
    order = OrderRequest.model_validate(ORDER)
    assert OrderRequest.model_validate_json(order.model_dump_json()) == order
    assert (order.customer_id, order.language, order.total.amount) == (None, None, 2120)


@pytest.mark.parametrize(
    "change",
    [
        {"tax_included": True, "total": usd(2000)},
        {"shipping_discount": usd(500), "total": usd(1620)},
        {"lines": [LINE, {**LINE, "sku": "pot"}]},
        {"language": "pt-BR", "customer_id": "ada"},
        {"lines": [{**LINE, "name": "Mug\n(blue)\t"}]},  # the catalog takes such names
    ],
)
def test_other_orders_that_add_up(change: dict[str, object]) -> None:
    OrderRequest.model_validate({**ORDER, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"total": usd(2121)},
        {"tax_included": True},
        {"shipping_discount": usd(1)},
        {"currency": "EUR"},
        {"shipping_option": {"id": "s", "name": "S", "price": {"currency": "EUR", "amount": 1}}},
        {"lines": []},
        {"lines": [LINE, LINE]},
        {"lines": [{**LINE, "quantity": 0}]},
        {"lines": [{**LINE, "name": ""}]},
        {"lines": [{**LINE, "sku": f"s{number}"} for number in range(51)]},
        {"email": "ada"},
        {"language": "de_DE"},
        {"payment_id": "a/b"},
    ],
)
def test_what_is_no_order_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OrderRequest.model_validate({**ORDER, **change})
