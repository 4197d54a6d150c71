from __future__ import annotations

import io
import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.order_events import OrderCancelled, OrderReturned
from contracts.shipping_events import ShipmentDelivered
from tests.services.notifications.conftest import (
    Mailbox,
    cancellation,
    confirmed,
    dispatched,
    failed,
    hear,
    parcel,
    refunded,
    returned,
)

pytestmark = pytest.mark.usefixtures("service")


def test_a_confirmed_order_is_told_with_what_it_comes_to(mailbox: Mailbox) -> None:
    event = confirmed(email="ada-1@example.com")
    assert hear(event) == []
    (message,) = mailbox.of("ada-1@example.com")
    assert message["Source"] == "orders@storefront.example"
    assert message["Subject"] == "Your order 7K3MP-Q2X9A is confirmed"
    assert "2 \u00d7 Mug, blue: $32.00" in message["BodyText"]
    assert "Total: $37.00" in message["BodyHtml"]


def test_each_customer_is_written_to_in_their_language(mailbox: Mailbox) -> None:
    hear(
        confirmed("o-1", email="jean@example.com", language="fr-CA"),
        confirmed("o-2", email="joao@example.com", language="pt-BR"),
        failed("ulla@example.com", "de"),
    )
    assert mailbox.of("jean@example.com")[0]["Subject"] == "Votre commande 7K3MP-Q2X9A est confirmée"
    assert mailbox.of("joao@example.com")[0]["Subject"] == "Your order 7K3MP-Q2X9A is confirmed"
    assert mailbox.of("ulla@example.com")[0]["Subject"] == "Ihre Bestellung konnte nicht abgeschlossen werden"


def test_every_event_has_its_message(mailbox: Mailbox) -> None:
    to = "every@example.com"
    hear(
        confirmed(email=to),
        OrderCancelled.of(cancellation(email=to), correlation_id="c"),
        OrderReturned.of(returned(email=to), correlation_id="c"),
        refunded(),
        dispatched(),
        ShipmentDelivered.of(parcel(), correlation_id="c"),
        failed(to),
    )
    assert [message["Subject"].replace("7K3MP-Q2X9A", "N") for message in mailbox.of(to)] == [
        "Your order N is confirmed",
        "Your order N is cancelled",
        "Your return for order N has arrived",
        "Your refund for order N",
        "Your order N is on its way",
        "Your order N has arrived",
        "Your order could not be completed",
    ]


@pytest.mark.parametrize("places", list(itertools.permutations(range(3))))
def test_in_whatever_order_events_come_each_is_told_once(places: tuple[int, ...], mailbox: Mailbox) -> None:
    to = f"order-{''.join(map(str, places))}@example.com"
    events = (confirmed(email=to), dispatched(), refunded())
    for place in places:
        assert hear(events[place]) == []
    for place in places:
        assert hear(events[place]) == []
    assert sorted(message["Subject"] for message in mailbox.of(to)) == [
        "Your order 7K3MP-Q2X9A is confirmed",
        "Your order 7K3MP-Q2X9A is on its way",
        "Your refund for order 7K3MP-Q2X9A",
    ]


def test_events_that_come_twice_at_once_are_told_once(mailbox: Mailbox) -> None:
    to = "at-once@example.com"
    events = (confirmed(email=to), dispatched())
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda place: hear(events[place % 2]), range(12)))
    # Who met another one comes again, and finds it done.
    assert hear(*events) == []
    assert len(mailbox.of(to)) == 2


def test_a_parcel_is_told_by_the_names_of_what_is_in_it(mailbox: Mailbox) -> None:
    to = "parcel@example.com"
    hear(confirmed(email=to), dispatched(complete=False, tracking_number=None))
    text = mailbox.of(to)[1]["BodyText"]
    assert "a part of your order" in text
    assert "2 \u00d7 Mug, blue" in text
    assert "It comes by Post." in text


def test_nothing_of_a_person_is_logged(logged: io.StringIO) -> None:
    hear(confirmed(email="secret@example.com"), failed("secret@example.com"), dispatched("o-9"))
    assert logged.getvalue().count("event taken") == 3
    assert not any(trace in logged.getvalue() for trace in ("secret", "Ada", "Main St", "T-1"))
