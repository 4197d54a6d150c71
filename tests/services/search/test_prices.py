from __future__ import annotations

from typing import Any

import pytest

from search.prices import lowest_prices, priced

USD, EUR = {"currency": "USD", "amount": 1000}, {"currency": "EUR", "amount": 900}
FOR_TRADE = {"currency": "GBP", "amount": 500, "price_list": "trade"}


@pytest.mark.parametrize(
    ("product", "lowest"),
    [
        ({"price": USD}, {"USD": 1000}),
        ({"price": USD, "prices": [EUR]}, {"USD": 1000, "EUR": 900}),
        ({"price": USD, "prices": [EUR | {"price_list": "trade"}, FOR_TRADE]}, {"USD": 1000}),
        ({"price": USD, "prices": [EUR], "variants": [{"sku": "a"}, {"sku": "b"}]}, {"USD": 1000, "EUR": 900}),
        # What no variant costs, the product does not cost.
        ({"price": USD, "prices": [EUR], "variants": [{"sku": "a", "price": USD | {"amount": 1200}}]}, {"USD": 1200}),
        (
            {
                "price": USD,
                "prices": [EUR],
                "variants": [
                    {"sku": "a", "price": USD | {"amount": 800}, "prices": [EUR | {"amount": 1100}]},
                    {"sku": "b"},
                    {"sku": "c", "price": USD | {"amount": 1500}, "prices": [FOR_TRADE]},
                ],
            },
            {"USD": 800, "EUR": 900},
        ),
    ],
)
def test_the_lowest_price_of_what_can_be_bought_counts(product: dict[str, Any], lowest: dict[str, int]) -> None:
    assert lowest_prices(product) == lowest
    for currency, amount in lowest.items():
        assert priced(product, currency) == product | {"price": {"currency": currency, "amount": amount}}
    assert priced(product) == priced(product, "USD")
