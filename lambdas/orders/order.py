"""An order and what becomes of it. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from orders.returns import Return, ReturnLineError, left_to_return, refund_of, returned_quantities
from orders.shipment import Shipment, delivered_quantities, shipped_quantities

Outcome = Literal["pending", "confirmed", "rejected", "cancelled"]
"""What was decided about an order; where its goods are is another matter."""

Status = Literal[
    "pending",
    "rejected",
    "confirmed",
    "cancelled",
    "partially_shipped",
    "shipped",
    "delivered",
    "partially_returned",
    "returned",
]

STATUSES: tuple[Status, ...] = (
    "pending",
    "rejected",
    "confirmed",
    "cancelled",
    "partially_shipped",
    "shipped",
    "delivered",
    "partially_returned",
    "returned",
)

PaymentStatus = Literal["authorized", "voided", "captured", "partially_refunded", "refunded"]

_PAYMENT_ORDER: tuple[PaymentStatus, ...] = ("authorized", "voided", "captured", "partially_refunded", "refunded")
"""Each later than those before it, whatever order the events come in."""

MAXIMUM_RETURNS = 20
"""An item of DynamoDB has 400 KB: so many returns of 50 lines each fit in beside the largest order."""


class OrderStateError(Exception):
    """What was asked for is not possible as the order stands."""


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One SKU of an order.

    Attributes:
        sku: stock keeping unit.
        quantity: how many were ordered.
        total: what the line costs, in minor units.
    """

    sku: str
    quantity: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order.

    Its status follows from what is known: what was decided, which shipments left and arrived, what came back. So it
    ends the same in whatever order the news arrive, and however often.

    Attributes:
        id: of the order.
        number: what people call it.
        content: as checkout handed it over, in JSON's terms; never changed.
        lines: the part of ``content`` that decisions depend on.
        placed_at: when checkout made it.
        outcome: what was decided.
        decided_at: when it was last decided.
        reason: why it was rejected or cancelled.
        payment_status: what became of its payment.
        refunded: how much was given back of it, in minor units.
        shipments: by their ids.
        returns: by their ids, in the order in which they were asked for.
        guest_key: stands for a guest's e-mail address, see ``orders.personal``; None for a customer's order.
        kept_until: when the order is deleted, once its buyer wished to be forgotten.
        version: grows with every change, from 1.
    """

    id: str
    number: str
    content: Mapping[str, object]
    lines: tuple[OrderLine, ...]
    placed_at: datetime
    outcome: Outcome = "pending"
    decided_at: datetime | None = None
    reason: str | None = None
    payment_status: PaymentStatus = "authorized"
    refunded: int = 0
    shipments: Mapping[str, Shipment] = field(default_factory=dict)
    returns: Mapping[str, Return] = field(default_factory=dict)
    guest_key: str | None = None
    kept_until: date | None = None
    version: int = 1

    @property
    def customer_id(self) -> str | None:
        """Whose it is; None for a guest's."""
        customer = self.content.get("customer_id")
        return customer if isinstance(customer, str) else None

    @property
    def ordered(self) -> Mapping[str, int]:
        """How many of each SKU were ordered."""
        return {line.sku: line.quantity for line in self.lines}

    @property
    def delivered(self) -> Mapping[str, int]:
        """How many of each SKU have arrived; never more than were ordered."""
        arrived = delivered_quantities(self.shipments.values())
        return {sku: min(quantity, arrived.get(sku, 0)) for sku, quantity in self.ordered.items()}

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.outcome != "confirmed" or not self.shipments:
            return self.outcome
        if not self._all_shipped:
            return "partially_shipped"
        if not all(shipment.is_delivered for shipment in self.shipments.values()):
            return "shipped"
        received = returned_quantities(self.returns.values(), received_only=True)
        if not any(received.values()):
            return "delivered"
        everything = all(received.get(sku, 0) >= quantity for sku, quantity in self.delivered.items())
        return "returned" if everything else "partially_returned"

    @property
    def _all_shipped(self) -> bool:
        shipped = shipped_quantities(self.shipments.values())
        return any(shipment.complete for shipment in self.shipments.values()) or all(
            shipped.get(sku, 0) >= quantity for sku, quantity in self.ordered.items()
        )

    def confirmed(self, now: datetime) -> Order:
        """Give the order after it can be carried out; the same object when it could before, whatever happened since.

        Raises:
            OrderStateError: when it was rejected.
        """
        if self.outcome == "rejected":
            raise self._refusal("confirmed", ["pending"])
        return self if self.outcome != "pending" else self._changed(outcome="confirmed", decided_at=now)

    def rejected(self, reason: str, now: datetime) -> Order:
        """Give the order after it came to nothing; the same object when it had before.

        Raises:
            OrderStateError: when it was confirmed.
        """
        if self.outcome == "rejected":
            return self
        if self.outcome != "pending":
            raise self._refusal("rejected", ["pending"])
        return self._changed(outcome="rejected", decided_at=now, reason=reason)

    def cancelled(self, reason: str, now: datetime) -> Order:
        """Give the order after its buyer or the merchant no longer wants it; the same object when it was before.

        Raises:
            OrderStateError: when it is not confirmed yet, or something of it was shipped.
        """
        if self.outcome == "cancelled":
            return self
        if self.status != "confirmed":
            raise self._refusal("cancelled", ["confirmed"])
        return self._changed(outcome="cancelled", decided_at=now, reason=reason)

    def dispatched(self, shipment: Shipment) -> Order:
        """Give the order after a shipment has left; the same object when that was known.

        A shipment that leaves although the order was cancelled is known too, but changes no status.
        """
        known = self.shipments.get(shipment.id, shipment)
        if known.dispatched_at is not None and known is not shipment:
            return self
        return self._with_shipment(replace(known, dispatched_at=shipment.dispatched_at))

    def arrived(self, shipment: Shipment) -> Order:
        """Give the order after a shipment has arrived; the same object when that was known.

        It may arrive before it was heard that it left.
        """
        known = self.shipments.get(shipment.id, shipment)
        if known.is_delivered and known is not shipment:
            return self
        return self._with_shipment(replace(known, delivered_at=shipment.delivered_at))

    def paid(self, status: PaymentStatus, *, refunded: int = 0) -> Order:
        """Give the order after news of its payment; the same object when later news were heard before.

        Args:
            status: what became of the payment.
            refunded: how much was given back of it so far, in minor units.
        """
        newest = max(self.payment_status, status, key=_PAYMENT_ORDER.index)
        most = max(self.refunded, refunded)
        if (newest, most) == (self.payment_status, self.refunded):
            return self
        return self._changed(payment_status=newest, refunded=most)

    def check_return(self, items: Mapping[str, int]) -> None:
        """Refuse a return of what has not arrived, or was returned before.

        Raises:
            OrderStateError: when nothing of it has arrived, or there were 20 returns.
            ReturnLineError: when more of a SKU would come back than is left.
        """
        if self.outcome != "confirmed" or not any(self.delivered.values()):
            raise self._refusal("returned", ["delivered", "partially_returned"])
        if len(self.returns) == MAXIMUM_RETURNS:
            raise OrderStateError(f"the order has {MAXIMUM_RETURNS} returns, which is the most there can be")
        left = left_to_return(self.delivered, self.returns.values())
        exceeding = {sku: left.get(sku, 0) for sku, quantity in items.items() if quantity > left.get(sku, 0)}
        if exceeding:
            raise ReturnLineError(exceeding)

    def with_return(self, wanted: Return) -> Order:
        """Give the order after its buyer asked to send something back.

        Raises:
            OrderStateError: as ``check_return``.
            ReturnLineError: as ``check_return``.
        """
        self.check_return(wanted.items)
        return self._changed(returns={**self.returns, wanted.id: wanted})

    def received(self, return_id: str, now: datetime) -> Order:
        """Give the order after the goods of a return came back; the same object when they had before.

        Args:
            return_id: one of ``returns``.
            now: the present time.
        """
        wanted = self.returns[return_id]
        if wanted.is_received:
            return self
        before = returned_quantities(self.returns.values(), received_only=True)
        refund = sum(
            refund_of(line.total, line.quantity, before=before.get(line.sku, 0), quantity=wanted.items[line.sku])
            for line in self.lines
            if line.sku in wanted.items
        )
        received = replace(wanted, received_at=now, refund=refund)
        return self._changed(returns={**self.returns, return_id: received})

    def _with_shipment(self, shipment: Shipment) -> Order:
        return self._changed(shipments={**self.shipments, shipment.id: shipment})

    def _changed(self, **changes: object) -> Order:
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]

    def _refusal(self, wanted: str, allowed: Collection[Status]) -> OrderStateError:
        return OrderStateError(f"the order is {self.status}; it can be {wanted} while it is {' or '.join(allowed)}")
