from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from contracts.personal_data_events import PersonalDataRequest
from shipping import events
from shipping.persons import ReceivingPerson
from store.table import Table
from tests.services.delivery import deliver
from tests.services.http_client import Client
from tests.services.key_server import KeyServer
from tests.services.shipping.calls import confirmed, read, ship, shipments, track

ADA = PersonalDataRequest(request_id="r-1", customer_id="id-of-ada", email="a@b.com", due_at=datetime.now(UTC))


def test_a_person_gets_their_orders_and_parcels(merchant: Client, table: Table) -> None:
    deliver(events.handler, confirmed("adas", "id-of-ada"), confirmed("bobs", "id-of-bob"), confirmed("guests"))
    parcels = [ship(merchant, order_id, mug=1).json["id"] for order_id in ("adas", "bobs", "guests")]
    records = list(ReceivingPerson(table).provide(ADA))
    assert {(record.kind, record.data.get("id") or record.data["order_id"]) for record in records} == {
        ("fulfilment", "adas"),
        ("shipment", parcels[0]),
    }


def test_the_orders_of_who_is_forgotten_become_nobodys_and_are_still_shipped(
    merchant: Client, issuer: KeyServer, table: Table
) -> None:
    deliver(events.handler, confirmed("adas", "id-of-ada"))
    parcel = ship(merchant, "adas", mug=1).json["id"]
    person = ReceivingPerson(table)
    for _ in range(2):
        assert person.forget(ADA) == ()
        assert list(person.provide(ADA)) == []
    for token in (None, issuer.customer_token("ada")):
        stranger = replace(merchant, token=token)
        assert read(stranger, parcel).status == shipments(stranger, "adas").status == 404
    another = ship(merchant, "adas", mug=2, pan=2)
    assert track(merchant, parcel, "delivered", 1).json["status"] == "delivered"
    listed = shipments(merchant, "adas")
    assert len(cast("list[object]", listed.json["items"])) == 2
    items = [
        table.get(f"SHIPMENT#{shipment_id}", "SHIPMENT", consistent=True)
        for shipment_id in (parcel, another.json["id"])
    ]
    assert "id-of-ada" not in str([*items, table.get("ORDER#adas", "FULFILMENT", consistent=True)])
