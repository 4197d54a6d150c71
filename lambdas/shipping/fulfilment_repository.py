"""What of orders is to be shipped, and their shipments, in the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.order import OrderedItem
from contracts.shipping_events import Shipment as ShipmentSnapshot
from contracts.shipping_events import ShipmentDelivered, ShipmentDispatched
from outbox.record import current_trace_header, outbox_record
from shipping.fulfilment import ERASED, Fulfilment, Progress
from shipping.records import (
    fulfilment_key,
    fulfilment_of,
    put_fulfilment,
    put_shipment,
    shipment_key,
    shipment_of,
)
from shipping.shipment import Shipment, TrackingEvent
from store.contention import until_written
from store.errors import ConditionFailedError
from store.operations import Operation
from store.table import Table


class UnknownShipmentError(Exception):
    """There is no such shipment."""


class FulfilmentRepository:
    """Reads and writes fulfilments and shipments; a write and the events that tell of it happen both or not at all.

    Args:
        table: shipping's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, order_id: str) -> Fulfilment | None:
        """Give an order's fulfilment as it is after every write so far, or None when there is none."""
        found = self._table.get(*fulfilment_key(order_id), consistent=True)
        return fulfilment_of(found) if found else None

    def find_shipment(self, shipment_id: str) -> Shipment | None:
        """Give a shipment as it is after every write so far, or None when there is none."""
        found = self._table.get(*shipment_key(shipment_id), consistent=True)
        return shipment_of(found) if found else None

    def find_shipments(self, shipment_ids: Sequence[str]) -> list[Shipment]:
        """Give shipments in the order of their ids given; one read for each hundred."""
        found = self._table.get_many([shipment_key(shipment_id) for shipment_id in shipment_ids], consistent=True)
        shipments = {shipment.id: shipment for shipment in map(shipment_of, found)}
        return [shipments[shipment_id] for shipment_id in shipment_ids if shipment_id in shipments]

    def open(self, order_id: str, *, customer_id: str | None, items: Mapping[str, int]) -> bool:
        """Begin to ship an order; say whether that was news.

        Args:
            order_id: of the order.
            customer_id: of a signed-in customer.
            items: how many of each SKU were ordered.
        """
        progress = {sku: Progress(ordered=count) for sku, count in items.items()}
        try:
            self._table.write(put_fulfilment(Fulfilment(order_id=order_id, customer_id=customer_id, items=progress)))
        except ConditionFailedError:
            return False
        return True

    def cancel(self, order_id: str, *, customer_id: str | None) -> bool:
        """Ship nothing more of an order; say whether that was news. Its confirmation may arrive later.

        Raises:
            ThrottledError: when too many write the same order's.
        """

        def write(_attempt: int) -> bool:
            current = self.find(order_id)
            mark = Fulfilment(order_id=order_id, customer_id=customer_id, items={}, cancelled=True)
            changed = current.cancel() if current else mark
            if changed is current:
                return False
            self._table.write(put_fulfilment(changed))
            return True

        return until_written(write, what=f"the fulfilment of order {order_id}")

    def pack(self, fulfilment: Fulfilment, shipment: Shipment, *, besides: Sequence[Operation]) -> None:
        """Write a new shipment, if its order is still as it was read.

        Args:
            fulfilment: of its order, as it was read.
            shipment: what is packed.
            besides: what is written in the same transaction.

        Raises:
            OrderCancelledError: nothing more of the order is shipped.
            TooManyShipmentsError: it has as many shipments as one can have.
            QuantityExceededError: it does not hold so many.
            TransactionCanceledError: another writer was faster.
        """
        packed = fulfilment.pack(shipment.id, shipment.items)
        self._table.transact([put_fulfilment(packed), put_shipment(shipment), *besides])

    def erase(self, order_id: str) -> None:
        """Let an order's fulfilment be nobody's.

        Raises:
            ThrottledError: when too many write it.
        """

        def write(_attempt: int) -> None:
            current = self.find(order_id)
            if current and current.customer_id != ERASED:
                self._table.write(put_fulfilment(current.erase()))

        until_written(write, what=f"the fulfilment of order {order_id}")

    def erase_shipment(self, shipment_id: str) -> None:
        """Let a shipment be nobody's.

        Raises:
            ThrottledError: when too many write it.
        """

        def write(_attempt: int) -> None:
            current = self.find_shipment(shipment_id)
            if current and current.customer_id != ERASED:
                self._table.write(put_shipment(current.erase()))

        until_written(write, what=f"shipment {shipment_id}")

    def track(self, shipment_id: str, event: TrackingEvent, *, correlation_id: str) -> Shipment:
        """Give a shipment with what its carrier says; what was said before changes nothing.

        Args:
            shipment_id: of the shipment.
            event: what is said.
            correlation_id: of the request.

        Raises:
            UnknownShipmentError: there is no such shipment.
            TooManyEventsError: it has as many events as one can have.
            ThrottledError: when too many write the same order's.
        """

        def write(_attempt: int) -> Shipment:
            current = self.find_shipment(shipment_id)
            if current is None:
                raise UnknownShipmentError(f"there is no shipment {shipment_id}")
            changed = current.track(event)
            if changed is current:
                return changed
            operations: list[Operation] = [put_shipment(changed)]
            operations += self._progress(current, changed, correlation_id=correlation_id)
            self._table.transact(operations)
            return changed

        return until_written(write, what=f"shipment {shipment_id} and its order's fulfilment")

    def _progress(self, before: Shipment, after: Shipment, *, correlation_id: str) -> list[Operation]:
        leaves = after.has_left and not before.has_left
        arrives = after.has_arrived and not before.has_arrived
        fulfilment = self.find(after.order_id) if leaves or arrives else None
        if fulfilment is None:
            return []
        fulfilment = fulfilment.progress(after.items, dispatched=leaves, delivered=arrives)
        trace_header = current_trace_header()
        events: list[DomainEvent[Contract]] = []
        if leaves:
            snapshot = _snapshot(after, complete=fulfilment.all_dispatched)
            events.append(ShipmentDispatched.of(snapshot, correlation_id=correlation_id, trace_header=trace_header))
        if arrives:
            snapshot = _snapshot(after, complete=fulfilment.all_delivered)
            events.append(ShipmentDelivered.of(snapshot, correlation_id=correlation_id, trace_header=trace_header))
        return [put_fulfilment(fulfilment), *map(outbox_record, events)]


def _snapshot(shipment: Shipment, *, complete: bool) -> ShipmentSnapshot:
    return ShipmentSnapshot(
        shipment_id=shipment.id,
        order_id=shipment.order_id,
        items=tuple(OrderedItem(sku=sku, quantity=count) for sku, count in shipment.items.items()),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        complete=complete,
    )
