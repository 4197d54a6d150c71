from __future__ import annotations

import json

from contracts.category_events import CategoryChanged, CategoryDeleted, CategoryRemoval, CategoryState
from contracts.inventory_events import StockChanged, StockChanges, StockDelta
from contracts.order_events import OrderCancelled, OrderConfirmed, OrderReturned
from tests.services.notifications.conftest import cancellation, confirmed, returned
from webhooks.offered import OFFERS, payload_of

PERSONAL = (
    "Ada",
    "Main St",
    "example.com",
    "o-1",
    "c-1",
    "k-1",
    "p-1",
    "r-1",
    "id-of-ada",
    "changed my mind",
    "broken",
)


def test_of_orders_nothing_is_told_by_which_a_person_or_their_order_could_be_found() -> None:
    whose = {"customer_id": "id-of-ada", "email": "ada@example.com"}
    for event in (
        confirmed(**whose),
        OrderCancelled.of(cancellation(**whose), correlation_id="x"),
        OrderReturned.of(returned(**whose), correlation_id="x"),
    ):
        told = json.dumps(payload_of(event))
        assert not [trace for trace in PERSONAL if trace in told]
        assert "7K3MP-Q2X9A" in told


def test_of_stock_it_is_not_told_whose_order_moved_it() -> None:
    changes = StockChanges(
        reason="committed",
        reference="checkout-1",
        changes=(StockDelta(sku="mug", location="main", on_hand=-1, reserved=-1),),
    )
    told = payload_of(StockChanged.of(changes, correlation_id="x"))
    assert told["data"] == {
        "reason": "committed",
        "changes": [{"sku": "mug", "location": "main", "on_hand": -1, "reserved": -1}],
    }


def test_of_the_tree_all_is_told() -> None:
    kitchen = CategoryState(id="kitchen", name="Kitchen", path=("living",), position=10, tree_version=7)
    assert payload_of(CategoryChanged.of(kitchen, correlation_id="x")) | {"timestamp": ""} == {
        "type": "category.changed",
        "timestamp": "",
        "data": {"id": "kitchen", "name": "Kitchen", "path": ["living"], "position": 10, "tree_version": 7},
    }
    removal = CategoryRemoval(ids=("kitchen", "knives"), tree_version=8)
    told = payload_of(CategoryDeleted.of(removal, correlation_id="x"))
    assert (told["type"], told["data"]) == (
        "category.deleted",
        {"ids": ["kitchen", "knives"], "tree_version": 8},
    )


def test_what_services_tell_themselves_or_ask_of_each_other_is_not_offered() -> None:
    offered = {offer.contract.detail_type for offer in OFFERS.values()}
    about_persons = ("Personal", "Customer", "Checkout")
    assert not [each for each in offered if each.endswith("Due") or each.startswith(about_persons)]


def test_every_offer_is_another_event() -> None:
    assert len({offer.contract for offer in OFFERS.values()}) == len(OFFERS)
    assert OrderConfirmed in {offer.contract for offer in OFFERS.values()}
