from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest

from store.table import Table
from tests.services.webhooks.conftest import Caller
from webhooks.offered import EventType
from webhooks.webhook_repository import COPIES, WebhookRepository, copy_of

WEBHOOK = {"url": "https://partner.example.com/hooks?shop=1", "event_types": ["stock.low", "order.confirmed"]}


def test_the_secret_is_shown_once_and_kept_encrypted(merchant: Caller, table: Table) -> None:
    made = merchant("POST", "/v1/webhooks", WEBHOOK)
    assert (made.status, made.headers["Location"]) == (201, f"/v1/webhooks/{made.json['id']}")
    secret = str(made.json["secret"])
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    read = merchant("GET", made.headers["Location"]).json
    assert read == {name: value for name, value in made.json.items() if name != "secret"}
    kept = table.get(f"WEBHOOK#{made.json['id']}", "WEBHOOK") or {}
    assert kept["secret"] != secret
    assert secret.removeprefix("whsec_") not in str(kept)


def test_webhooks_are_listed_page_by_page_and_gone_when_deleted(merchant: Caller) -> None:
    made = sorted(str(merchant("POST", "/v1/webhooks", WEBHOOK).json["id"]) for _ in range(5))
    found, cursor = [], None
    while True:
        query = {"limit": "2", **({"cursor": str(cursor)} if cursor else {})}
        page = merchant("GET", "/v1/webhooks", query=query).json
        found += [item["id"] for item in page["items"]]  # type: ignore[attr-defined]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == made
    assert merchant("DELETE", f"/v1/webhooks/{made[0]}").status == 204
    assert merchant("DELETE", f"/v1/webhooks/{made[0]}").problem()["status"] == 404
    assert len(merchant("GET", "/v1/webhooks").json["items"]) == 4  # type: ignore[arg-type]


def test_who_wants_an_event_is_known_whichever_partition_is_asked(merchant: Caller, table: Table) -> None:
    def known() -> list[list[str]]:
        return [WebhookRepository(table).wanting("stock.low", event_id=event) for event in events]

    events = {copy_of(f"event-{number}"): f"event-{number}" for number in range(100)}.values()
    assert len(events) == COPIES
    body = {**WEBHOOK, "event_types": get_args(EventType)}
    id = str(merchant("POST", "/v1/webhooks", body).json["id"])  # noqa: A001
    assert known() == [[id]] * COPIES
    assert merchant("DELETE", f"/v1/webhooks/{id}").status == 204
    assert known() == [[]] * COPIES


def test_another_clients_are_as_if_they_were_not(merchant: Caller, caller: Callable[[str], Caller]) -> None:
    path = merchant("POST", "/v1/webhooks", WEBHOOK).headers["Location"]
    another = caller("another-client")
    assert another("GET", "/v1/webhooks").json["items"] == []
    for method, called in (
        ("GET", path),
        ("DELETE", path),
        ("POST", f"{path}/enable"),
        ("GET", f"{path}/deliveries"),
        ("POST", f"{path}/deliveries/x/redeliver"),
    ):
        assert another(method, called).problem()["status"] == 404


def test_a_client_has_fifty_at_most_however_many_are_made_at_once(merchant: Caller) -> None:
    def add(_number: int) -> int:
        # Many writers of one count may be told to try again; whoever does gets one of the two answers.
        while (status := merchant("POST", "/v1/webhooks", WEBHOOK).status) == 503:
            pass
        return status

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(add, range(54)))
    assert sorted(statuses) == [201] * 50 + [409] * 4
    listed = merchant("GET", "/v1/webhooks", query={"limit": "100"}).json["items"]
    assert len(listed) == 50  # type: ignore[arg-type]
    merchant("DELETE", f"/v1/webhooks/{listed[0]['id']}")  # type: ignore[index]
    assert [add(1), add(2)] == [201, 409]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "http://partner.example.com/"}, "/url"),
        ({"url": "https://10.0.0.1/"}, "/url"),
        ({"url": "https://localhost/"}, "/url"),
        ({"url": 1}, "/url"),
        ({"event_types": []}, "/event_types"),
        ({"event_types": ["payment.captured"]}, "/event_types/0"),
        ({"event_types": ["stock.low", "stock.low"]}, ""),
        ({"description": ""}, "/description"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_what_is_wrong_is_told(merchant: Caller, change: dict[str, object], pointer: str) -> None:
    found = merchant("POST", "/v1/webhooks", {**WEBHOOK, **change}).problem()
    assert (found["status"], found["errors"][0]["pointer"]) == (422, pointer)  # type: ignore[index]


@pytest.mark.parametrize("unknown", ["none", "x" * 5000, "\u00e9"])
def test_an_unknown_id_is_404(unknown: str, merchant: Caller) -> None:
    path = merchant("POST", "/v1/webhooks", WEBHOOK).headers["Location"]
    assert merchant("GET", f"/v1/webhooks/{unknown}").problem()["status"] == 404
    assert merchant("POST", f"{path}/deliveries/{unknown}/redeliver").problem()["status"] == 404
