"""The storefront as a shopper uses it, from a product to an order, over HTTP only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from tests.local.deployed.storefront import Storefront, product

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 Main Street",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}
PRICE = 2000
SHIPPING = 499
"""Of one in the demo shop's tariff, to Oregon, where there is no sales tax."""

PATIENCE_SECONDS = 90


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A storefront with something to sell.

    Attributes:
        storefront: Where.
    """

    storefront: Storefront

    def sell(self, *, stock: int, price: int = PRICE) -> str:
        """Publishes a product of one SKU and waits until it can be bought; gives the SKU."""
        body = product(name=f"Thing {uuid.uuid4().hex[:8]}", price={"currency": "USD", "amount": price})
        self.storefront.publish(body)
        sku: str = body["id"]
        self.storefront.merchant.put(f"/v1/inventory/{sku}", json={"on_hand": stock}).raise_for_status()
        cart = self.empty_cart()
        put = f"/v1/carts/{cart}/items/{sku}"
        self.storefront.eventually(lambda: self._is_priced(put), within_seconds=30)
        return sku

    def _is_priced(self, put: str) -> bool:
        answer = self.storefront.visitor.put(put, json={"quantity": 1})
        return answer.is_success and answer.json()["items"][0]["available"] is True

    def empty_cart(self, client: httpx.Client | None = None) -> str:
        """Begins a cart in dollars; gives its id."""
        answer = (client or self.storefront.visitor).post("/v1/carts", json={"currency": "USD"})
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        cart: str = answer.json()["id"]
        return cart

    def cart(self, sku: str, *, quantity: int = 1) -> str:
        """Begins a cart with so many of a SKU; gives its id."""
        cart = self.empty_cart()
        put = self.storefront.visitor.put(f"/v1/carts/{cart}/items/{sku}", json={"quantity": quantity})
        assert put.is_success, put.text
        return cart

    def request(self, cart: str, *, token: str = "card_ok", **fields: Any) -> dict[str, Any]:
        """What a client sends to check out."""
        return {
            "cart_id": cart,
            "email": "ada@example.com",
            "shipping_address": ADDRESS,
            "shipping_option": "standard",
            "payment_method": {"token": token},
            **fields,
        }

    def begin(self, cart: str, *, key: str | None = None, **fields: Any) -> str:
        """Begins a checkout; gives its id."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        answer = self.storefront.visitor.post("/v1/checkouts", json=self.request(cart, **fields), headers=headers)
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
        checkout: str = answer.json()["id"]
        return checkout

    def read(self, checkout: str) -> dict[str, Any]:
        """How a checkout fares."""
        answer = self.storefront.visitor.get(f"/v1/checkouts/{checkout}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def end(self, checkout: str, *, within_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """How a checkout has ended; waits for it."""
        self.storefront.eventually(lambda: self.read(checkout)["status"] != "processing", within_seconds=within_seconds)
        return self.read(checkout)

    def check_out(self, cart: str, **fields: Any) -> dict[str, Any]:
        """Checks out; gives how it has ended."""
        return self.end(self.begin(cart, **fields))

    def answer_challenge(self, url: str, outcome: str) -> httpx.Response:
        """Says to the payer's bank, at the URL that a checkout names, how its challenge went: `passed` or `failed`."""
        return self.storefront.visitor.post("/v1/" + url.partition("/v1/")[2], json={"outcome": outcome})

    def failure(self, cart: str, **fields: Any) -> str:
        """Checks out in vain; gives the kind of the problem."""
        ended = self.check_out(cart, **fields)
        assert ended["status"] == "failed", ended
        kind: str = ended["problem"]["type"].rpartition(":")[2]
        return kind

    def stock(self, sku: str) -> tuple[int, int, int]:
        """How many there are: on hand, reserved, available."""
        found = self.storefront.visitor.get(f"/v1/inventory/{sku}").json()
        return found["on_hand"], found["reserved"], found["available"]

    def order(self, order: str) -> dict[str, Any]:
        """An order as its buyer sees it."""
        answer = self.storefront.visitor.get(f"/v1/orders/{order}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def shipping(self, sku: str, *, quantity: int) -> int:
        """What it costs to ship so many of a SKU, in cents."""
        body = {"destination": ADDRESS, "items": [{"sku": sku, "quantity": quantity}], "currency": "USD"}
        options = self.storefront.visitor.post("/v1/shipping/quotes", json=body).json()["items"]
        (price,) = (option["price"]["amount"] for option in options if option["id"] == "standard")
        return int(price)

    def outstanding(self, order: str) -> list[dict[str, Any]]:
        """What of an order is still to be shipped; nothing as long as shipping has not heard of it."""
        answer = self.storefront.visitor.get(f"/v1/orders/{order}/shipments")
        found: list[dict[str, Any]] = answer.json()["outstanding"] if answer.is_success else []
        return found

    def cart_status(self, cart: str) -> str:
        """How a cart stands."""
        status: str = self.storefront.visitor.get(f"/v1/carts/{cart}").json()["status"]
        return status

    def payment(self, checkout: str) -> dict[str, Any]:
        """A checkout's payment as merchants see it; empty when none was ever asked for."""
        answer = self.storefront.merchant.get(f"/v1/payments/{checkout}")
        found: dict[str, Any] = answer.json() if answer.is_success else {}
        return found

    def assert_it_adds_up(self, sku: str, bought: Sequence[dict[str, Any]], *, stock: int, sales: int) -> None:
        """No stock is held or lost, and what was captured is what was ordered: one of a SKU by each who bought.

        Args:
            sku: What was sold.
            bought: Checkouts that completed.
            stock: How many there were.
            sales: What had been captured before.
        """
        left = stock - len(bought)
        assert self.stock(sku) == (left, 0, left)
        orders = [self.order(checkout["order_id"]) for checkout in bought]
        assert [order["total"]["amount"] for order in orders] == [PRICE + SHIPPING] * len(bought)
        assert self.sales() == sales + sum(order["total"]["amount"] for order in orders)

    def sales(self) -> int:
        """What was captured and not given back, in cents, as the ledger says; fails when that does not balance."""
        answer = self.storefront.merchant.get("/v1/ledger/balances")
        answer.raise_for_status()
        accounts = [account for account in answer.json()["items"] if account["currency"] == "USD"]
        assert sum(account["balance"] for account in accounts) == 0, accounts
        balances = {account["account"]: account["balance"] for account in accounts}
        return -int(balances.get("sales", 0)) - int(balances.get("refunds", 0))
