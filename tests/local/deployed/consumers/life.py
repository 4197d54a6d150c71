"""What happens in a shop from a product to a customer who is forgotten, so that every consumer hears of something."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook as Verifier

from local import tokens
from local.aws import LocalAws
from local.mails import PATH
from tests.local.deployed.checkout.shop import ADDRESS, Shop
from tests.local.deployed.storefront import Storefront, product
from tests.services.webhooks.conftest import Partner

OLD_PRICE, PRICE, STOCK = 1900, 2000, 5
TOLD = {"order.confirmed": 2, "order.cancelled": 1}
"""What the partner hears of the customer's orders, and how often."""
MAILS = {"is confirmed": 2, "is on its way": 1, "has arrived": 1, "is cancelled": 1, "Your refund": 1}
"""What the customer's messages say in their subjects, and how often."""
PATIENCE_SECONDS = 150
CUSTOMER = "/v1/customers/me"


class Life:
    """One shop's life: each step waits for what the consumers before it have done.

    Args:
        storefront: Where.

    Attributes:
        totals: What each order cost, in cents; known still when its customer was forgotten.
    """

    def __init__(self, storefront: Storefront) -> None:
        self.storefront = storefront
        self.shop = Shop(storefront=storefront)
        self.partner = Partner()
        self.stock_left = STOCK - 1
        self.totals: dict[str, int] = {}
        name = f"customer-{uuid.uuid4().hex[:12]}"
        self.email = f"{name}@example.com"
        self.word = uuid.uuid4().hex[:10]
        self.customer = httpx.Client(
            base_url=storefront.url,
            headers={"Authorization": f"Bearer {tokens.customer_token(LocalAws(storefront.endpoint), name)}"},
            timeout=30,
        )

    def close(self) -> None:
        """Ends the customer's connections, and takes the partner's address away."""
        self.customer.close()
        self.partner.close()

    def eventually(self, condition: Callable[[], object]) -> None:
        self.storefront.eventually(condition, within_seconds=PATIENCE_SECONDS)

    def begin(self) -> None:
        """A partner listens, and a customer says who they are."""
        body = {"url": self.partner.url, "event_types": list(TOLD), "description": self.word}
        answer = self.storefront.merchant.post("/v1/webhooks", json=body)
        answer.raise_for_status()
        self.webhook = answer.json()
        self.customer.put(CUSTOMER, json={"name": "Ada"}).raise_for_status()

    def publish_twice(self) -> None:
        """A product is published, and again with another name and price: the second is what everybody knows then."""
        body = product(name=f"Old {self.word}old", price={"currency": "USD", "amount": OLD_PRICE})
        self.sku: str = body["id"]
        self.storefront.publish(body)
        self.storefront.publish(body | {"name": f"New {self.word}new", "price": {"currency": "USD", "amount": PRICE}})
        stock = f"/v1/inventory/{self.sku}"
        self.storefront.merchant.put(stock, json={"on_hand": STOCK}).raise_for_status()
        self.eventually(lambda: self.storefront.found(f"{self.word}new") == [self.sku])
        self.eventually(lambda: self._price() == PRICE)

    def buy_twice(self) -> None:
        """Two orders; the payer of the first shows who they are, so that its payment answers later."""
        self.orders = [self._buy("card_challenge"), self._buy("card_ok")]
        for order in self.orders:
            self.totals[order] = self._order(order)["total"]["amount"]
            self.eventually(lambda: self._order(order)["payment_status"] == "captured")  # noqa: B023

    def deliver_the_first(self) -> None:
        """It is sent, and arrives."""
        order = self.orders[0]
        parcel = {"order_id": order, "items": [{"sku": self.sku, "quantity": 1}], "carrier": "UPS"}
        made: list[httpx.Response] = []

        def is_sent() -> bool:
            made.append(self.storefront.merchant.post("/v1/shipments", json=parcel))
            return made[-1].is_success

        self.eventually(is_sent)
        for status in ("dispatched", "delivered"):
            said = {"status": status, "occurred_at": "2026-11-26T09:00:00Z"}
            path = f"/v1/shipments/{made[-1].json()['id']}/events"
            self.storefront.merchant.post(path, json=said).raise_for_status()
        self.eventually(lambda: self._order(order)["status"] == "delivered")

    def cancel_the_second(self) -> None:
        """Its stock and its money come back."""
        order = self.orders[1]
        self.customer.post(f"/v1/orders/{order}/cancel").raise_for_status()
        self.eventually(lambda: self._order(order)["payment_status"] == "refunded")
        self.eventually(lambda: self.shop.stock(self.sku) == (self.stock_left, 0, self.stock_left))

    def hear_of_it(self) -> None:
        """The customer has every message, and the partner every event."""
        self.eventually(lambda: all(self.messages()[subject] >= times for subject, times in MAILS.items()))
        self.eventually(lambda: Counter(self.told().values()) == TOLD)

    def forget_the_customer(self) -> None:
        """Every service that keeps something of the customer's answers that it does no more, or why."""
        asked = self.customer.post(f"{CUSTOMER}/erasures")
        assert asked.status_code == HTTPStatus.ACCEPTED, asked.text
        path = asked.headers["Location"]
        self.eventually(lambda: self.storefront.visitor.get(path).json()["state"] == "complete")
        assert set(self.storefront.visitor.get(path).json()["services"].values()) == {"answered"}
        assert self.customer.get(CUSTOMER).status_code == HTTPStatus.NOT_FOUND

    def messages(self) -> Counter[str]:
        """How often the customer got each message."""
        answer = httpx.get(f"{self.storefront.endpoint}{PATH}").json()["messages"]
        subjects = [one["Subject"] for all_ in answer.values() for one in all_ if one["To"] == [self.email]]
        return Counter(next((kind for kind in MAILS if kind in subject), subject) for subject in subjects)

    def told(self) -> dict[str, str]:
        """What the partner was told of the orders: each delivery's id to its type; fails on a wrong signature."""
        verifier = Verifier(self.webhook["secret"])
        received = [(one, verifier.verify(one.body, dict(one.headers))) for one in list(self.partner.received)]
        numbers = {self._order(order)["number"] for order in self.orders}
        return {
            one.headers["webhook-id"]: payload["type"]
            for one, payload in received
            if payload["data"]["number"] in numbers
        }

    def _buy(self, card: str) -> str:
        cart = self.shop.empty_cart(self.customer)
        put = f"/v1/carts/{cart}/items/{self.sku}"
        self.eventually(lambda: self.customer.put(put, json={"quantity": 1}).is_success)
        body = self.shop.request(cart, token=card, email=self.email, shipping_address=ADDRESS)
        answer = self.customer.post("/v1/checkouts", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
        path = f"/v1/checkouts/{answer.json()['id']}"
        self.eventually(lambda: self._goes_on(path))
        ended: dict[str, Any] = self.customer.get(path).json()
        assert ended["status"] == "completed", ended
        self.eventually(lambda: self.customer.get(f"/v1/carts/{cart}").json()["status"] == "ordered")
        return str(ended["order_id"])

    def _goes_on(self, path: str) -> bool:
        """Passes the challenge once it is there; whether the checkout has ended."""
        checkout = self.customer.get(path).json()
        if "challenge_url" in checkout:
            self.shop.answer_challenge(checkout["challenge_url"], "passed")
        return bool(checkout["status"] != "processing")

    def _order(self, order: str) -> dict[str, Any]:
        found: dict[str, Any] = self.customer.get(f"/v1/orders/{order}").json()
        return found

    def _price(self) -> int | None:
        asked = {"currency": "USD", "items": [{"sku": self.sku, "quantity": 1}]}
        total: int | None = self.storefront.account.post("/v1/prices/quotes", json=asked).json()["total"]["amount"]
        return total
