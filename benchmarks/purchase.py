"""One purchase over HTTP, from an empty cart to a delivered order, as a shopper and a merchant make it."""

import time
from datetime import UTC, datetime
from typing import Any

import httpx

from benchmarks.comparison import CannotMeasureError
from local.aws import LocalAws
from local.tokens import merchant_token

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 Main Street",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}
BASKET = {"enamel-mug": 2, "field-notebook-3": 1}
LONGEST_WAIT_SECONDS = 120.0


class Shopper:
    """Buys; each has connections of its own.

    Args:
        aws: Where the storefront is.
        basket: How many of each SKU it buys.
    """

    def __init__(self, aws: LocalAws, basket: dict[str, int]) -> None:
        self._basket = basket
        self._visitor = httpx.Client(base_url=aws.api_url(), timeout=LONGEST_WAIT_SECONDS)
        headers = {"Authorization": f"Bearer {merchant_token(aws)}"}
        self._merchant = httpx.Client(base_url=aws.api_url(), timeout=LONGEST_WAIT_SECONDS, headers=headers)

    def close(self) -> None:
        """Ends its connections."""
        self._visitor.close()
        self._merchant.close()

    def fill_cart(self) -> str:
        """Fills a cart; gives its id."""
        cart = str(_done(self._visitor.post("/v1/carts", json={"currency": "USD"}))["id"])
        for sku, quantity in self._basket.items():
            _done(self._visitor.put(f"/v1/carts/{cart}/items/{sku}", json={"quantity": quantity}))
        return cart

    def wait_until_sold(self) -> None:
        """Waits until cart and inventory have heard of what it buys."""
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            cart = str(_done(self._visitor.post("/v1/carts", json={"currency": "USD"}))["id"])
            puts = [
                self._visitor.put(f"/v1/carts/{cart}/items/{sku}", json={"quantity": quantity})
                for sku, quantity in self._basket.items()
            ]
            if all(put.is_success and all(item["available"] for item in put.json()["items"]) for put in puts):
                return
            if time.monotonic() > deadline:
                raise CannotMeasureError(f"nothing can be bought after {LONGEST_WAIT_SECONDS:.0f} s: {puts[-1].text}")
            time.sleep(0.5)

    def quote(self) -> None:
        """Asks what shipping costs."""
        items = [{"sku": sku, "quantity": quantity} for sku, quantity in self._basket.items()]
        quote = {"destination": ADDRESS, "items": items, "currency": "USD"}
        _done(self._visitor.post("/v1/shipping/quotes", json=quote))

    def check_out(self, cart: str, *, poll_seconds: float | None = None) -> str:
        """Checks out and asks how it went until that is known; gives the order's id.

        Args:
            cart: Filled.
            poll_seconds: How often it asks; as the answers ask it to when left out.
        """
        body = {"cart_id": cart, "email": "ada@example.com", "shipping_address": ADDRESS}
        body |= {"shipping_option": "standard", "payment_method": {"token": "card_ok"}}
        checkout = _done(self._visitor.post("/v1/checkouts", json=body))
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while checkout["status"] == "processing":
            if time.monotonic() > deadline:
                raise CannotMeasureError(f"checkout {checkout['id']} takes more than {LONGEST_WAIT_SECONDS:.0f} s")
            time.sleep(poll_seconds or checkout["poll_after_seconds"])
            checkout = _done(self._visitor.get(f"/v1/checkouts/{checkout['id']}"))
        if checkout["status"] != "completed":
            raise CannotMeasureError(f"checkout {checkout['id']} failed: {checkout['problem']}")
        return str(checkout["order_id"])

    def deliver(self, order: str) -> None:
        """Looks at the order; then the merchant sends it, and it arrives."""
        _done(self._visitor.get(f"/v1/orders/{order}"))
        items = [{"sku": sku, "quantity": quantity} for sku, quantity in self._basket.items()]
        body = {"order_id": order, "items": items, "carrier": "UPS", "tracking_number": "1Z999AA10123456784"}
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while not (made := self._merchant.post("/v1/shipments", json=body)).is_success:
            if time.monotonic() > deadline:
                raise CannotMeasureError(f"order {order} cannot be sent: {made.text}")
            time.sleep(1)
        shipment = made.json()["id"]
        for status in ("dispatched", "delivered"):
            event = {"status": status, "occurred_at": datetime.now(UTC).isoformat(timespec="seconds")}
            _done(self._merchant.post(f"/v1/shipments/{shipment}/events", json=event))

    def stock(self, on_hand: int) -> None:
        """Counts so many of each SKU."""
        for sku in self._basket:
            _done(self._merchant.put(f"/v1/inventory/{sku}", json={"on_hand": on_hand}))


def _done(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise CannotMeasureError(f"{asked}: {answer.status_code} {answer.text}")
    document: dict[str, Any] = answer.json()
    return document
