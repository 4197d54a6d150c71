"""What orders hear of payments and parcels."""

from __future__ import annotations

from contracts.payment_events import (
    CapturedPayment,
    PaymentCaptured,
    PaymentRefunded,
    PaymentVoided,
    RefundedPayment,
    VoidedPayment,
)
from contracts.shipping_events import Shipment, ShipmentDelivered, ShipmentDispatched
from tests.services.orders.conftest import usd

PAYMENT = {"payment_id": "p-1", "checkout_id": "c-1"}


def captured(order_id: str = "o-1") -> PaymentCaptured:
    data = CapturedPayment.model_validate(PAYMENT | {"order_id": order_id, "amount": usd(4000)})
    return PaymentCaptured.of(data, correlation_id="c")


def voided(order_id: str = "o-1") -> PaymentVoided:
    data = VoidedPayment.model_validate(PAYMENT | {"order_id": order_id, "amount": usd(4000)})
    return PaymentVoided.of(data, correlation_id="c")


def refunded(amount: int, order_id: str = "o-1") -> PaymentRefunded:
    fields = {"amount": usd(amount), "refunded": usd(amount), "captured": usd(4000), "refund_id": f"f-{amount}"}
    data = RefundedPayment.model_validate(PAYMENT | {"order_id": order_id} | fields)
    return PaymentRefunded.of(data, correlation_id="c")


def _shipment(shipment_id: str, items: dict[str, int], complete: bool, order_id: str) -> Shipment:
    return Shipment.model_validate(
        {
            "shipment_id": shipment_id,
            "order_id": order_id,
            "items": [{"sku": sku, "quantity": quantity} for sku, quantity in items.items()],
            "carrier": "Parcel Post",
            "tracking_number": "T-1",
            "complete": complete,
        }
    )


def dispatched(
    shipment_id: str, items: dict[str, int], *, complete: bool = False, order_id: str = "o-1"
) -> ShipmentDispatched:
    return ShipmentDispatched.of(_shipment(shipment_id, items, complete, order_id), correlation_id="c")


def delivered(
    shipment_id: str, items: dict[str, int], *, complete: bool = False, order_id: str = "o-1"
) -> ShipmentDelivered:
    return ShipmentDelivered.of(_shipment(shipment_id, items, complete, order_id), correlation_id="c")
