"""A checkout, from the request to the order. Knows nothing of pydantic: the API reads with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal, cast

from store.operations import Item

Status = Literal["processing", "completed", "failed"]
Waiting = Literal["payment", "review"]

RETENTION = timedelta(days=30)
"""How long a checkout can be asked after; then its personal data are gone. The order has its own."""


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """What is known of a checkout.

    Attributes:
        id: 32 hexadecimal digits that nobody can guess; its reservation, payment and execution have the same.
        status: ``processing`` until the saga has ended.
        request: what the client sent, JSON text.
        customer_id: of a signed-in customer.
        correlation_id: of the request that began it.
        created_at: when it began.
        waiting_for: what it cannot go on without.
        challenge_url: where the payer shows who they are.
        cart: what is bought, JSON text, as soon as the cart is locked.
        shipping: the option chosen, JSON text.
        quote: what it costs, JSON text.
        failure: the problem it failed with, JSON text.
    """

    id: str
    status: Status = "processing"
    request: str
    customer_id: str | None = None
    correlation_id: str
    created_at: datetime
    waiting_for: Waiting | None = None
    challenge_url: str | None = None
    cart: str | None = None
    shipping: str | None = None
    quote: str | None = None
    failure: str | None = None

    @property
    def order_id(self) -> str:
        """The order it becomes; known to nobody who does not know the checkout."""
        return sha256(f"order of checkout {self.id}".encode()).hexdigest()[:32]

    @property
    def poll_after_seconds(self) -> int | None:
        """When to ask again; None when it has ended."""
        if self.status != "processing":
            return None
        return {None: 1, "payment": 5, "review": 60}[self.waiting_for]

    def document(self) -> dict[str, object]:
        """Give it as its client sees it."""
        document: dict[str, object] = {
            "id": self.id,
            "status": self.status,
            "cart_id": json.loads(self.request)["cart_id"],
            "created_at": self.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
        if self.quote is not None:
            document["total"] = json.loads(self.quote)["total"]
        if self.status == "completed":
            document["order_id"] = self.order_id
        if self.status == "failed" and self.failure is not None:
            document["problem"] = json.loads(self.failure)
        if self.status == "processing":
            document["poll_after_seconds"] = self.poll_after_seconds
            if self.waiting_for is not None:
                document["waiting_for"] = self.waiting_for
            if self.challenge_url is not None:
                document["challenge_url"] = self.challenge_url
        return document

    def item(self) -> Item:
        """Give it as the table holds it, without its key."""
        item: dict[str, object] = {
            "status": self.status,
            "request": self.request,
            "correlation_id": self.correlation_id,
            "created_at": self.created_at.isoformat(),
            "expires_at": int((self.created_at + RETENTION).timestamp()),
        }
        if self.customer_id is not None:
            item["customer_id"] = self.customer_id
        item["email_key"] = email_key(json.loads(self.request)["email"])
        return item


def email_key(email: str) -> str:
    """Give what stands for an e-mail address in the index of checkouts by address."""
    return sha256(f"email {email.lower()}".encode()).hexdigest()


def checkout_of(checkout_id: str, item: Item) -> Checkout:
    """Give the checkout that lies in the table."""

    def text(name: str) -> str | None:
        return cast("str | None", item.get(name))

    return Checkout(
        id=checkout_id,
        status=cast(Status, item["status"]),
        request=cast(str, item["request"]),
        customer_id=text("customer_id"),
        correlation_id=cast(str, item["correlation_id"]),
        created_at=datetime.fromisoformat(cast(str, item["created_at"])).astimezone(UTC),
        waiting_for=cast("Waiting | None", item.get("waiting_for")),
        challenge_url=text("challenge_url"),
        cart=text("cart"),
        shipping=text("shipping"),
        quote=text("quote"),
        failure=text("failure"),
    )
