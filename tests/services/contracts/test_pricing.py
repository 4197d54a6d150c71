from __future__ import annotations

import pytest
from pydantic import ValidationError

from contracts.pricing import QuoteRequest

ASKED = {"currency": "USD", "items": [{"sku": "mug", "quantity": 2}]}


def test_the_least_request() -> None:
    asked = QuoteRequest.model_validate(ASKED)
    assert (asked.items[0].sku, asked.items[0].quantity, asked.coupons) == ("mug", 2, ())


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": [{"sku": "mug", "quantity": 0}]},
        {"items": [{"sku": "mug", "quantity": 1000}]},
        {"items": [{"sku": "mug", "quantity": 1.0}]},
        {"items": [{"sku": "mug", "quantity": 1}, {"sku": "mug", "quantity": 2}]},
        {"items": [{"sku": f"s{number}", "quantity": 1} for number in range(101)]},
        {"coupons": ["x"] * 11},
        {"coupons": [""]},
        {"currency": "EURO"},
        {"email": "nobody"},
        {"shipping": {"option": "standard", "amount": {"currency": "EUR", "amount": 1}}},
        {"destination": {"country": "XX"}},
    ],
)
def test_what_cannot_be_priced_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuoteRequest.model_validate({**ASKED, **change})
