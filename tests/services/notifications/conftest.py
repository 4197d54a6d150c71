from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TextIO, cast
from uuid import uuid4

import boto3
import httpx
import pytest

from contracts.checkout_events import AbandonedCheckout, CheckoutFailed
from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.order_events import OrderCancellation, OrderConfirmed, OrderReturn, OrderSnapshot
from contracts.payment_events import PaymentRefunded, RefundedPayment
from contracts.shipping_events import Shipment, ShipmentDispatched
from notifications import events, sender
from notifications.recipient_repository import CUSTOMER_INDEX, EMAIL_INDEX
from store.table import Table
from tests.services.conftest import REGION, Indexes

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SENDER = "orders@storefront.example"


def usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


def order(order_id: str = "o-1", **fields: object) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "number": "7K3MP-Q2X9A",
        "checkout_id": "c-1",
        "cart_id": "k-1",
        "customer_id": None,
        "email": f"{uuid4()}@example.com",
        "language": "en",
        "currency": "USD",
        "lines": [
            {
                "sku": "mug-blue",
                "product_id": "mug",
                "name": "Mug, blue",
                "quantity": 2,
                "unit_price": usd(1600),
                "total": usd(3200),
            }
        ],
        "subtotal": usd(3200),
        "discount": usd(0),
        "shipping": usd(500),
        "tax": usd(0),
        "total": usd(3700),
        "shipping_address": {"name": "Ada Lovelace", "line1": "1 Main St", "city": "London", "country": "GB"},
        "shipping_option": {"id": "standard", "name": "Standard"},
        "payment_id": "p-1",
        "reservation_id": "r-1",
        "placed_at": "2026-11-26T08:00:00Z",
        **fields,
    }


def confirmed(order_id: str = "o-1", **fields: object) -> OrderConfirmed:
    return OrderConfirmed.of(OrderSnapshot.model_validate(order(order_id, **fields)), correlation_id="c-1")


def cancellation(**fields: object) -> OrderCancellation:
    changes = {"reason": "changed my mind", "restocked": [], "refund": usd(3700), **fields}
    return OrderCancellation.model_validate(order(**changes))


def returned(**fields: object) -> OrderReturn:
    back = [{"sku": "mug-blue", "quantity": 1}]
    changes = {"return_id": "x-1", "reason": "broken", "returned": back, "refund": usd(1600), **fields}
    return OrderReturn.model_validate(order(**changes))


def parcel(order_id: str = "o-1", **fields: object) -> Shipment:
    described = {
        "shipment_id": "s-1",
        "order_id": order_id,
        "items": [{"sku": "mug-blue", "quantity": 2}],
        "carrier": "Post",
        "tracking_number": "T-1",
        "complete": True,
        **fields,
    }
    return Shipment.model_validate(described)


def dispatched(order_id: str = "o-1", **fields: object) -> ShipmentDispatched:
    return ShipmentDispatched.of(parcel(order_id, **fields), correlation_id="c-2")


def refunded(order_id: str = "o-1") -> PaymentRefunded:
    payment = {
        "payment_id": "p-1",
        "checkout_id": "c-1",
        "order_id": order_id,
        "amount": usd(1600),
        "refund_id": "f-1",
        "refunded": usd(1600),
        "captured": usd(3700),
    }
    return PaymentRefunded.of(RefundedPayment.model_validate(payment), correlation_id="c-3")


def failed(email: str, language: str | None = None) -> CheckoutFailed:
    checkout = AbandonedCheckout(
        checkout_id="c-1", cart_id="k-1", email=email, language=language, kind="payment-declined", detail="declined"
    )
    return CheckoutFailed.of(checkout, correlation_id="c-4")


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """What SES was handed over."""

    endpoint: str

    def of(self, address: str) -> list[dict[str, Any]]:
        """The messages to an address, oldest first."""
        accounts = httpx.get(f"{self.endpoint}/_ministack/ses/messages").json()["messages"]
        return [each for messages in accounts.values() for each in messages if each["To"] == [address]]


@pytest.fixture(scope="session")
def mailbox(emulator: str) -> Mailbox:
    """Give what the emulator's SES took from an address that may send."""
    client: Any = boto3.client(  # type: ignore[call-overload]
        "sesv2", region_name=REGION, endpoint_url=emulator, aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_email_identity(EmailIdentity=SENDER)
    client.create_configuration_set(ConfigurationSetName="storefront")
    client.close()
    return Mailbox(endpoint=emulator)


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with the service's indexes."""
    return new_table({CUSTOMER_INDEX: ("customer_id", "pk"), EMAIL_INDEX: ("email_key", "pk")})


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Give what the service logs, as it would leave the function."""
    stream = io.StringIO()
    (handler,) = events.handler.logger.handlers
    before = cast("logging.StreamHandler[TextIO]", handler).setStream(stream)
    yield stream
    cast("logging.StreamHandler[TextIO]", handler).setStream(before or sys.stdout)


@pytest.fixture
def service(table: Table, mailbox: Mailbox, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the service have the table and SES."""
    assert mailbox
    variables = {
        "SENDER_ADDRESS": SENDER,
        "CONFIGURATION_SET": "storefront",
        "AWS_ENDPOINT_URL": emulator,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(events, "notifications_table", lambda: table)
    sender._ses.cache_clear()
    yield
    sender._ses.cache_clear()


def hear(*heard: DomainEvent[Contract]) -> list[int]:
    """Let the service take events in that order; give the places of those that come again."""
    records = [
        {
            "messageId": f"{place}",
            "body": json.dumps(
                {"source": each.source, "detail-type": each.detail_type, "detail": each.model_dump(mode="json")}
            ),
        }
        for place, each in enumerate(heard)
    ]
    context = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
    answer = events.handler({"Records": records}, context)  # type: ignore[typeddict-item]
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]
