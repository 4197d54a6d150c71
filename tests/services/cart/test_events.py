from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from cart import events
from cart.known_skus import known_skus
from cart.repository import CartRepository, utc_now
from contracts.checkout_events import CheckoutCompleted, CompletedCheckout
from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.product_events import ProductDeleted, ProductPublished, ProductRemoval, ProductUnpublished
from store.table import Table
from tests.services.cart.conftest import Caller, snapshot

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from edge.queue_batch import BatchItemFailure

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))


@pytest.fixture(autouse=True)
def listening(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "cart_table", lambda: table)


def take(*heard: DomainEvent[Contract] | str) -> list[BatchItemFailure]:
    bodies = [body if isinstance(body, str) else message(body) for body in heard]
    records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    return events.handler({"Records": records}, CONTEXT)["batchItemFailures"]  # type: ignore[typeddict-item]


def message(event: DomainEvent[Contract]) -> str:
    detail = event.model_dump(mode="json")
    return json.dumps({"source": event.source, "detail-type": event.detail_type, "detail": detail})


def completed(cart: str, *, order_id: str = "order-1", checkout_id: str = "checkout-1") -> CheckoutCompleted:
    data = {
        "checkout_id": checkout_id,
        "cart_id": cart.rpartition("/")[2],
        "order_id": order_id,
        "email": "ada@example.com",
        "total": {"currency": "USD", "amount": 1600},
    }
    return CheckoutCompleted.of(CompletedCheckout.model_validate(data), correlation_id="c-1")


def removal(version: int) -> ProductRemoval:
    return ProductRemoval(id="hat", version=version, skus=("hat",), removed_at=utc_now())


def test_what_is_published_can_be_put_into_a_cart(anonymous: Caller) -> None:
    cart = anonymous.begin()
    assert anonymous.put(cart, "hat", 1).status == 422
    assert take(ProductPublished.of(snapshot("hat"), correlation_id="c-1")) == []
    assert anonymous.put(cart, "hat", 1).status == 200


@pytest.mark.parametrize("event", [ProductUnpublished, ProductDeleted])
def test_what_is_not_sold_any_more_cannot(
    event: type[ProductUnpublished | ProductDeleted], anonymous: Caller, table: Table
) -> None:
    published = ProductPublished.of(snapshot("hat"), correlation_id="c-1")
    gone = event.of(removal(2), correlation_id="c-1")
    assert take(published, gone, gone, published) == []
    assert known_skus(table).find(["hat"]) == {}
    assert anonymous.put(anonymous.begin(), "hat", 1).status == 422


def test_a_completed_checkout_closes_its_cart_once(anonymous: Caller, table: Table) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    anonymous("PUT", f"{cart}/checkout", {"checkout_id": "checkout-1"})
    assert take(completed(cart)) == []
    closed = CartRepository(table).find(cart.rpartition("/")[2])
    assert closed is not None
    assert (closed.status, closed.order_id, closed.checkout_id) == ("ordered", "order-1", "checkout-1")
    assert take(completed(cart), completed(cart, order_id="order-2", checkout_id="checkout-2")) == []
    assert CartRepository(table).find(closed.id) == closed


def test_a_cart_that_is_gone_hinders_nobody() -> None:
    assert take(completed("unknown"), completed("expired")) == []


def test_what_cannot_be_read_comes_again_alone(anonymous: Caller) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    assert take("{}", completed(cart), "nonsense") == [{"itemIdentifier": "m0"}, {"itemIdentifier": "m2"}]
    assert anonymous("GET", cart).json["status"] == "ordered"
