from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.schedule_events import Nothing, PersonalDataCheckDue
from customers import data_request_repository, events, requesting
from customers.documents import partition_of
from store.table import Table
from tests.services.customers.conftest import Caller, Outbox, hear, message_of

ME = "/v1/customers/me"
EXPORTS = f"{ME}/exports"
ERASURES = f"{ME}/erasures"
HOME = {"name": "Ada", "line1": "1 Main St", "city": "London", "country": "GB"}
ORDER = {"kind": "order", "data": {"number": "00000-00000", "name": "Ada"}}
INVOICES = {"what": "invoices", "ground": "legal-obligation", "reason": "tax law", "until": "2037-01-01"}


def page_path(export: str, service: str = "orders", page: object = 1) -> str:
    return f"/v1/personal-data/exports/{export}/services/{service}/pages/{page}"


def erasure_path(erasure: str, service: str = "orders") -> str:
    return f"/v1/personal-data/erasures/{erasure}/services/{service}"


def page(*records: object, last: bool = True) -> dict[str, object]:
    return {"records": list(records), "last": last}


def everything(caller: Caller, export: str) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        answer = caller("GET", f"{EXPORTS}/{export}/records", query={"cursor": str(cursor)} if cursor else None)
        found += answer.json["items"]  # type: ignore[operator]
        cursor = answer.json["next"]
        if cursor is None:
            return found


def test_an_export_asks_by_an_event_with_the_proven_email(ada: Caller, bob: Caller, outbox: Outbox) -> None:
    asked = ada("POST", EXPORTS)
    assert (asked.status, asked.headers["Location"]) == (202, f"{EXPORTS}/{asked.json['id']}")
    assert asked.json["services"] == {"customers": "waiting", "orders": "waiting"}
    (message,) = outbox.take()
    assert message["detail_type"] == "PersonalDataRequested"
    assert (message["detail"]["data"]["customer_id"], message["detail"]["data"]["email"]) == (
        "id-of-ada",
        "ada@example.com",
    )
    bob("POST", EXPORTS)
    assert outbox.take()[0]["detail"]["data"]["email"] is None


def test_an_export_is_complete_when_all_services_have_answered(ada: Caller, service: Caller, outbox: Outbox) -> None:
    ada("PUT", ME, {"name": "Ada"})
    ada("POST", f"{ME}/addresses", HOME)
    ada("PUT", f"{ME}/consents", {"analytics": {"granted": True, "text_version": "v1"}})
    export = str(ada("POST", EXPORTS).json["id"])
    (question,) = outbox.take()
    assert hear(question) == []
    assert ada("GET", f"{EXPORTS}/{export}").json["services"] == {"customers": "answered", "orders": "waiting"}
    assert ada("GET", f"{EXPORTS}/{export}/records").problem()["status"] == 409

    assert service("PUT", page_path(export), page(ORDER, last=False)).status == 204
    assert ada("GET", f"{EXPORTS}/{export}").json["state"] == "processing"
    assert service("PUT", page_path(export, page=2), page(ORDER)).status == 204
    ready = ada("GET", f"{EXPORTS}/{export}").json
    assert (ready["state"], ready["records"]) == ("complete", f"{EXPORTS}/{export}/records")
    found = everything(ada, export)
    assert [(record["service"], record["kind"]) for record in found] == [
        ("customers", "profile"),
        ("customers", "address"),
        ("customers", "consent_change"),
        ("orders", "order"),
        ("orders", "order"),
    ]
    assert found[0]["data"]["name"] == "Ada"


def test_a_question_that_is_heard_after_its_customer_was_forgotten_is_nobodys(ada: Caller, outbox: Outbox) -> None:
    ada("PUT", ME, {"name": "Ada"})
    ada("POST", EXPORTS)
    (question,) = outbox.take()
    ada("POST", f"{ME}/erasures")
    assert hear(*outbox.take()) == []
    assert hear(question) == []


def test_answers_that_come_again_change_nothing(ada: Caller, service: Caller, outbox: Outbox) -> None:
    export = str(ada("POST", EXPORTS).json["id"])
    (question,) = outbox.take()
    for _ in range(2):
        assert hear(question) == []
        assert service("PUT", page_path(export), page(ORDER, last=False)).status == 204
        assert service("PUT", page_path(export, page=2), page(ORDER)).status == 204
    assert len(everything(ada, export)) == 2


def test_answers_at_once_are_all_taken(ada: Caller, service: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    services = [f"s{number}" for number in range(6)]
    monkeypatch.setattr(requesting, "SERVICES", services)
    export = str(ada("POST", EXPORTS).json["id"])
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda name: service("PUT", page_path(export, name), page(ORDER)), services))
    assert {answer.status for answer in answers} == {204}
    assert ada("GET", f"{EXPORTS}/{export}").json["state"] == "complete"


def test_an_export_is_nobody_elses(ada: Caller, bob: Caller) -> None:
    export = ada("POST", EXPORTS).json["id"]
    assert bob("GET", f"{EXPORTS}/{export}").problem()["status"] == 404
    assert bob("GET", f"{EXPORTS}/{export}/records").problem()["status"] == 404


def test_one_is_under_way_at_a_time_and_a_key_gives_the_same(ada: Caller, outbox: Outbox) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ada("POST", EXPORTS, headers={"Idempotency-Key": "k"}), range(6)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(outbox.take()) == 1
    assert str(ada("POST", EXPORTS).problem()["type"]).endswith(":export-in-progress")


@pytest.mark.parametrize("number", ["0", "1001", "one", "-1", "01"])
def test_a_page_of_no_number_is_told(ada: Caller, service: Caller, number: str) -> None:
    export = str(ada("POST", EXPORTS).json["id"])
    assert service("PUT", page_path(export, page=number), page()).problem()["status"] == 422


def test_an_answer_that_nobody_waits_for_is_404(ada: Caller, service: Caller) -> None:
    export = str(ada("POST", EXPORTS).json["id"])
    assert service("PUT", page_path(export, "reviews"), page()).problem()["status"] == 404
    assert service("PUT", page_path("none"), page()).problem()["status"] == 404
    assert service("PUT", erasure_path(export), {"kept": []}).problem()["status"] == 404


def test_the_largest_page_is_kept_and_a_larger_one_refused(ada: Caller, service: Caller) -> None:
    export = str(ada("POST", EXPORTS).json["id"])
    large = {"kind": "note", "data": {"text": "x" * 299_900}}
    assert service("PUT", page_path(export), page(large)).status == 204
    larger = {"kind": "note", "data": {"text": "x" * 300_000}}
    assert service("PUT", page_path(export), page(larger)).problem()["status"] == 413


def test_an_erasure_leaves_nothing_of_the_person_but_a_proof_without_them(
    ada: Caller, service: Caller, outbox: Outbox, table: Table
) -> None:
    ada("PUT", ME, {"name": "Ada"})
    ada("POST", f"{ME}/addresses", HOME)
    ada("PUT", f"{ME}/consents", {"analytics": {"granted": True, "text_version": "v1"}})
    export = str(ada("POST", EXPORTS).json["id"])
    service("PUT", page_path(export), page(ORDER))
    outbox.take()

    asked = ada("POST", ERASURES)
    assert (asked.status, asked.json["state"]) == (202, "processing")
    (question,) = outbox.take()
    assert question["detail_type"] == "CustomerErasureRequested"
    assert hear(question) == []
    assert hear(question) == []
    erasure = str(asked.json["id"])
    assert service("PUT", erasure_path(erasure), {"kept": [INVOICES]}).status == 204

    assert ada("GET", ME).status == 404
    assert ada("GET", f"{EXPORTS}/{export}").status == 404
    for partition in (partition_of("id-of-ada"), f"EXPORT#{export}"):
        assert table.query("pk = :pk", values={":pk": partition}, limit=10, consistent=True) == []
    # Whoever knows the id sees it, with no token: there may be no account any more.
    proof = service("GET", f"/v1/personal-data/erasures/{erasure}")
    assert (proof.json["state"], proof.json["kept"]) == ("complete", {"customers": [], "orders": [INVOICES]})
    kept = table.get(f"ERASURE#{erasure}", "STATE")
    assert not any(trace in json.dumps(kept).lower() for trace in ("id-of-ada", "ada@", "lovelace"))
    assert "expires_at" not in (kept or {})


def test_an_erasure_of_somebody_of_whom_nothing_is_known_is_done_all_the_same(ada: Caller, outbox: Outbox) -> None:
    erasure = ada("POST", ERASURES).json["id"]
    assert hear(*outbox.take()) == []
    proof = ada("GET", f"/v1/personal-data/erasures/{erasure}").json
    assert proof["services"] == {"customers": "answered", "orders": "waiting"}


@pytest.mark.parametrize("unknown", ["none", "x" * 5000, "\u00e9"])
def test_an_unknown_id_is_404(unknown: str, ada: Caller, service: Caller) -> None:
    assert service("GET", f"/v1/personal-data/erasures/{unknown}").problem()["status"] == 404
    assert ada("GET", f"{EXPORTS}/{unknown}").problem()["status"] == 404
    assert service("PUT", erasure_path(unknown), {"kept": []}).problem()["status"] == 404


class Later(datetime):
    """The day after tomorrow."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(days=2)


def test_who_does_not_answer_within_a_day_shows_and_is_said_aloud(
    ada: Caller, bob: Caller, service: Caller, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customers import erasure_routes, export_routes

    export = ada("POST", EXPORTS).json["id"]
    erasure = str(bob("POST", ERASURES).json["id"])
    hear(*outbox.take())
    check = message_of(PersonalDataCheckDue.of(Nothing(), correlation_id="clock"))
    said: list[dict[str, object]] = []
    monkeypatch.setattr(events.handler.logger, "error", lambda message, **keys: said.append({"m": message, **keys}))
    hear(check)
    assert said == []

    for module in (events, export_routes, erasure_routes, requesting):
        monkeypatch.setattr(module, "datetime", Later)
    shown = ada("GET", f"{EXPORTS}/{export}").json
    assert (shown["state"], shown["services"]) == ("late", {"customers": "answered", "orders": "late"})
    hear(check)
    assert [(each["m"], each["kind"], each["late_services"]) for each in said] == [
        (events.OVERDUE, "export", ["orders"]),
        (events.OVERDUE, "erasure", ["orders"]),
    ]
    # One that is late stands in nobody's way.
    assert ada("POST", EXPORTS).status == 202

    assert service("PUT", erasure_path(erasure), {"kept": []}).status == 204
    assert ada("GET", f"/v1/personal-data/erasures/{erasure}").json["state"] == "complete"
    said.clear()
    hear(check)
    assert [each["kind"] for each in said] == ["export"]


def test_an_export_is_gone_after_a_week(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ada("POST", EXPORTS).json["id"]

    class NextMonth(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(days=8)

    monkeypatch.setattr(data_request_repository, "datetime", NextMonth)
    assert ada("GET", f"{EXPORTS}/{export}").problem()["status"] == 404
