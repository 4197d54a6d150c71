"""Orders against a model in plain sets and numbers: any calls and news, in any order, repeated and late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from orders.order import Order, OrderStateError, PaymentStatus
from orders.record import BY_CUSTOMER, BY_GUEST, BY_STATUS, BY_TIME
from orders.repository import OrderRepository
from orders.returns import Return, ReturnLineError
from orders.shipment import Shipment
from store.table import Table
from tests.services.conftest import Indexes
from tests.services.orders.conftest import order_body

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ORDERED = {"mug": 3, "pot": 1}
PARCELS = {
    "s-1": ({"mug": 2}, False),
    "s-2": ({"mug": 1}, False),
    "s-3": ({"pot": 1}, True),
}
PAYMENTS: tuple[PaymentStatus, ...] = ("voided", "captured", "partially_refunded", "refunded")


class OrderMachine(RuleBasedStateMachine):
    """Makes the same calls to an order and to the model, and compares what they answer and keep."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.orders = OrderRepository(table)
        self.now = NOW
        self.outcome = "pending"
        self.left: set[str] = set()
        self.arrived: set[str] = set()
        self.returns: dict[str, tuple[dict[str, int], bool]] = {}
        self.payment = 0
        self.refunded = 0
        self.refunds = 0
        self.told = 0
        self.versions = [0]

    def change(self, change: Callable[[Order], Order]) -> Order:
        self.now += timedelta(seconds=1)

        def announce(_order: Order) -> list[object]:
            self.told += 1
            return []

        order = self.orders.change("o-1", change, announce=announce)  # type: ignore[arg-type]
        assert order is not None
        return order

    @property
    def shipped(self) -> set[str]:
        return self.left | self.arrived

    def delivered(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for parcel in self.arrived:
            total.update(PARCELS[parcel][0])
        return total

    def returned(self, *, received_only: bool) -> Counter[str]:
        total: Counter[str] = Counter()
        for items, received in self.returns.values():
            if received or not received_only:
                total.update(items)
        return total

    def status(self) -> str:
        if self.outcome != "confirmed" or not self.shipped:
            return self.outcome
        if "s-3" not in self.shipped:
            return "partially_shipped"
        if self.shipped != self.arrived:
            return "shipped"
        back = self.returned(received_only=True)
        if not back:
            return "delivered"
        return "returned" if back == self.delivered() else "partially_returned"

    @initialize()
    def make(self) -> None:
        order, is_new = self.orders.make("o-1", order_body(), now=self.now)
        assert is_new
        assert order.status == "pending"

    @rule()
    def make_again(self) -> None:
        assert not self.orders.make("o-1", order_body(), now=self.now)[1]

    @rule()
    def confirm(self) -> None:
        try:
            self.change(lambda order: order.confirmed(self.now))
        except OrderStateError:
            assert self.outcome == "rejected"
        else:
            assert self.outcome != "rejected"
            self.outcome = "confirmed" if self.outcome == "pending" else self.outcome

    @rule(often=st.integers(0, 3))
    def reject(self, often: int) -> None:
        if often:  # a rejected order is the end of the story
            return
        try:
            self.change(lambda order: order.rejected("why not", self.now))
        except OrderStateError:
            assert self.outcome in ("confirmed", "cancelled")
        else:
            assert self.outcome in ("pending", "rejected")
            self.outcome = "rejected"

    @rule(often=st.integers(0, 2))
    def cancel(self, often: int) -> None:
        if often:
            return
        try:
            self.change(lambda order: order.cancelled("why not", self.now))
        except OrderStateError:
            assert self.status() not in ("confirmed", "cancelled")
        else:
            assert self.status() in ("confirmed", "cancelled")
            self.outcome = "cancelled"

    @rule(parcel=st.sampled_from(list(PARCELS)), news=st.sampled_from(["left", "arrived"]))
    def hear_of_parcel(self, parcel: str, news: str) -> None:
        if self.outcome in ("pending", "rejected"):
            return  # shipping hears of confirmed orders only
        items, complete = PARCELS[parcel]
        shipment = Shipment(id=parcel, items=items, carrier="Post", tracking_number=None, complete=complete)
        if news == "left":
            self.change(lambda order: order.dispatched(replace(shipment, dispatched_at=self.now)))
            self.left.add(parcel)
        else:
            self.change(lambda order: order.arrived(replace(shipment, delivered_at=self.now)))
            self.arrived.add(parcel)

    @rule(payment=st.sampled_from(PAYMENTS), refunded=st.integers(0, 4000))
    def hear_of_payment(self, payment: PaymentStatus, refunded: int) -> None:
        self.change(lambda order: order.paid(payment, refunded=refunded))
        self.payment = max(self.payment, PAYMENTS.index(payment) + 1)
        self.refunded = max(self.refunded, refunded)

    @rule(
        return_id=st.sampled_from(["a", "b", "c"]),
        items=st.dictionaries(st.sampled_from(["mug", "pot", "pan"]), st.integers(1, 4), min_size=1),
    )
    def ask_return(self, return_id: str, items: dict[str, int]) -> None:
        if return_id in self.returns:
            return
        wanted = Return(id=return_id, items=items, reason="why not", requested_at=self.now)
        delivered, taken = self.delivered(), self.returned(received_only=False)
        exceeding = {sku for sku, quantity in items.items() if quantity > delivered[sku] - taken[sku]}
        refused: set[str] = set()
        try:
            self.change(lambda order: order.with_return(wanted))
        except OrderStateError:
            assert self.outcome != "confirmed" or not self.arrived
            return
        except ReturnLineError as error:
            refused = set(error.left)
        assert refused == exceeding
        if not refused:
            self.returns[return_id] = (items, False)

    @rule(return_id=st.sampled_from(["a", "b", "c"]))
    def receive(self, return_id: str) -> None:
        if return_id not in self.returns:
            return
        order = self.change(lambda order: order.received(return_id, self.now))
        self.returns[return_id] = (self.returns[return_id][0], True)
        assert order.returns[return_id].refund is not None

    @invariant()
    def order_is_what_the_model_says(self) -> None:
        order = self.orders.find("o-1")
        if order is None:
            return  # not made yet
        assert order.status == self.status()
        assert order.payment_status == ("authorized", *PAYMENTS)[self.payment]
        assert order.refunded == self.refunded
        assert set(order.shipments) == self.shipped
        assert {name: (dict(each.items), each.is_received) for name, each in order.returns.items()} == self.returns

    @invariant()
    def each_change_is_one_version_and_one_announcement(self) -> None:
        order = self.orders.find("o-1")
        if order is not None:
            assert order.version == self.told + 1

    @invariant()
    def no_more_is_paid_back_for_goods_than_they_cost(self) -> None:
        order = self.orders.find("o-1")
        if order is None:
            return
        refunds = sum(each.refund or 0 for each in order.returns.values())
        back = self.returned(received_only=True)
        assert refunds == sum(line.total * back[line.sku] // line.quantity for line in order.lines)


def test_an_order_is_its_model(new_table: Callable[[Indexes], Table]) -> None:
    indexes = {
        BY_CUSTOMER: ("customer_id", "placed_key"),
        BY_GUEST: ("guest_key", "placed_key"),
        BY_TIME: ("time_shard", "placed_key"),
        BY_STATUS: ("status_shard", "placed_key"),
    }
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: OrderMachine(new_table(indexes)),
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
