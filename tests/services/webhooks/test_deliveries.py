from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from contracts.schedule_events import Nothing, WebhookSweepDue
from store.table import Table
from tests.services.webhooks.conftest import Caller, Outbox, Partner, deliver, hear, low
from webhooks import calling, delivering, events
from webhooks.schedule import ATTEMPTS, PAUSES, pause_after

SWEEP = WebhookSweepDue.of(Nothing(), correlation_id="clock")


class Clock:
    """The time of the service, in every module that asks for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        clock = self

        class Ahead(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + clock.ahead

        for module in (events, delivering):
            monkeypatch.setattr(module, "datetime", Ahead)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def webhook(merchant: Caller, partner: Partner) -> dict[str, Any]:
    """Give a webhook of the partner's that wants low stock."""
    return merchant("POST", "/v1/webhooks", {"url": partner.url, "event_types": ["stock.low"]}).json


def deliveries(merchant: Caller, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = merchant("GET", f"/v1/webhooks/{webhook['id']}/deliveries").json["items"]  # type: ignore[assignment]
    return found


def test_an_event_arrives_signed_as_standard_webhooks_says(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox
) -> None:
    event = low()
    assert hear(event) == []
    assert deliver(outbox) == 1
    (received,) = partner.received
    assert received.path == "/hooks"
    payload = Verifier(webhook["secret"]).verify(received.body, dict(received.headers))
    assert payload == {
        "type": "stock.low",
        "timestamp": event.model_dump(mode="json")["metadata"]["occurred_at"],
        "data": {"sku": "mug", "available": 2, "low_stock_at": 3},
    }
    (shown,) = deliveries(merchant, webhook)
    assert (shown["id"], shown["state"], shown["next_attempt_at"]) == (
        received.headers["webhook-id"],
        "succeeded",
        None,
    )
    assert [attempt["status"] for attempt in shown["attempts"]] == [204]
    assert merchant("GET", f"/v1/webhooks/{webhook['id']}").json["succeeded_at"] is not None


@pytest.mark.usefixtures("webhook")
def test_an_event_that_comes_again_is_not_sent_again(partner: Partner, outbox: Outbox) -> None:
    event = low()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: hear(event), range(6)))
    hear(event)
    due = list(outbox.messages)
    assert deliver(outbox) == 1
    outbox.messages = due
    deliver(outbox)
    assert len(partner.received) == 1


def test_who_did_not_ask_for_it_gets_nothing(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox
) -> None:
    merchant("POST", "/v1/webhooks", {"url": partner.url, "event_types": ["order.confirmed"]})
    merchant("DELETE", f"/v1/webhooks/{webhook['id']}")
    hear(low())
    assert deliver(outbox) == 0


def test_what_failed_is_sent_again_after_a_pause_under_the_same_id(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox, clock: Clock
) -> None:
    partner.answers = [500, 302]
    hear(low())
    deliver(outbox)
    hear(SWEEP)
    assert deliver(outbox) == 0
    for pause in PAUSES[:2]:
        clock.ahead += pause * 1.2
        hear(SWEEP)
        assert deliver(outbox) == 1
    assert len({received.headers["webhook-id"] for received in partner.received}) == 1
    assert len({received.headers["webhook-timestamp"] for received in partner.received}) == 3
    (shown,) = deliveries(merchant, webhook)
    assert [attempt["status"] for attempt in shown["attempts"]] == [500, 302, 204]
    assert shown["state"] == "succeeded"


def exhaust(outbox: Outbox, clock: Clock) -> None:
    deliver(outbox)
    for pause in PAUSES:
        clock.ahead += pause * 1.2
        hear(SWEEP)
        assert deliver(outbox) == 1


def test_who_takes_nothing_through_all_attempts_is_disabled_and_can_be_enabled(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox, clock: Clock
) -> None:
    partner.answers = [503] * ATTEMPTS
    hear(low())
    exhaust(outbox, clock)
    path = f"/v1/webhooks/{webhook['id']}"
    shown = merchant("GET", path).json
    assert (shown["state"], shown["disabled_reason"]) == ("disabled", "failing")
    (said,) = outbox.take("WebhookDisabled")
    assert said["detail"]["data"] == {"webhook_id": webhook["id"], "reason": "failing"}
    (delivery,) = deliveries(merchant, webhook)
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", ATTEMPTS)

    hear(low("cup"))
    assert deliver(outbox) == 0
    again = f"{path}/deliveries/{delivery['id']}/redeliver"
    assert str(merchant("POST", again).problem()["type"]).endswith(":webhook-disabled")

    assert merchant("POST", f"{path}/enable").json["state"] == "enabled"
    assert merchant("POST", f"{path}/enable").json["state"] == "enabled"
    assert merchant("POST", again).status == 202
    hear(low("pot"))
    assert deliver(outbox) == 2
    assert [each["state"] for each in deliveries(merchant, webhook)] == ["succeeded", "succeeded"]


def test_who_took_another_one_meanwhile_stays_enabled(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox, clock: Clock
) -> None:
    partner.answers = [503, 204] + [503] * ATTEMPTS
    hear(low())
    deliver(outbox)
    clock.ahead += timedelta(seconds=1)
    hear(low("cup"))
    deliver(outbox)
    for pause in PAUSES:
        clock.ahead += pause * 1.2
        hear(SWEEP)
        deliver(outbox)
    assert merchant("GET", f"/v1/webhooks/{webhook['id']}").json["state"] == "enabled"
    assert [each["state"] for each in deliveries(merchant, webhook)] == ["succeeded", "failed"]


def test_who_is_gone_is_disabled_at_once(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox
) -> None:
    partner.answers = [410]
    hear(low(), low("cup"))
    deliver(outbox)
    assert merchant("GET", f"/v1/webhooks/{webhook['id']}").json["disabled_reason"] == "gone"
    assert len(outbox.take("WebhookDisabled")) == 1
    assert len(partner.received) == 1


@pytest.mark.usefixtures("webhook")
def test_what_was_lost_before_or_in_an_attempt_is_attempted_again(
    partner: Partner, outbox: Outbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(low())
    outbox.take("WebhookDeliveryDue")
    clock.ahead += timedelta(minutes=6)
    hear(SWEEP)

    def crash(*_arguments: object, **_options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as crashing:
        crashing.setattr(calling, "call", crash)
        with pytest.raises(SystemExit):
            deliver(outbox)
    hear(SWEEP)
    assert deliver(outbox) == 0
    clock.ahead += timedelta(minutes=6)
    hear(SWEEP)
    assert deliver(outbox) == 1
    assert len(partner.received) == 1


def test_a_last_attempt_that_was_lost_is_made_once_more(
    merchant: Caller,
    webhook: dict[str, Any],
    partner: Partner,
    outbox: Outbox,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    partner.answers = [503] * (ATTEMPTS - 1)
    hear(low())
    deliver(outbox)
    for pause in PAUSES[:-1]:
        clock.ahead += pause * 1.2
        hear(SWEEP)
        deliver(outbox)
    clock.ahead += PAUSES[-1] * 1.2
    hear(SWEEP)

    def crash(*_arguments: object, **_options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as crashing:
        crashing.setattr(calling, "call", crash)
        with pytest.raises(SystemExit):
            deliver(outbox)
    clock.ahead += timedelta(minutes=6)
    hear(SWEEP)
    assert deliver(outbox) == 1
    assert deliveries(merchant, webhook)[0]["state"] == "succeeded"


def test_by_hand_it_is_delivered_again_and_again(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox
) -> None:
    hear(low())
    deliver(outbox)
    (delivery,) = deliveries(merchant, webhook)
    path = f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['id']}/redeliver"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: merchant("POST", path), range(4)))
    assert {answer.status for answer in answers} == {202}
    assert deliver(outbox) == 1
    assert [received.body for received in partner.received] == [partner.received[0].body] * 2
    (shown,) = deliveries(merchant, webhook)
    assert [attempt["status"] for attempt in shown["attempts"]] == [204, 204]


def test_deliveries_are_listed_page_by_page_newest_events_first(
    merchant: Caller, webhook: dict[str, Any], outbox: Outbox
) -> None:
    for number in range(5):
        hear(low(f"sku-{number}"))
    deliver(outbox)
    found, cursor = [], None
    while True:
        query = {"limit": "2", **({"cursor": str(cursor)} if cursor else {})}
        page = merchant("GET", f"/v1/webhooks/{webhook['id']}/deliveries", query=query).json
        found += [item["id"] for item in page["items"]]  # type: ignore[attr-defined]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 5


def test_what_was_to_be_delivered_to_a_deleted_webhook_is_not(
    merchant: Caller, webhook: dict[str, Any], partner: Partner, outbox: Outbox, table: Table
) -> None:
    hear(low())
    merchant("DELETE", f"/v1/webhooks/{webhook['id']}")
    deliver(outbox)
    assert partner.received == []
    kept = table.query(
        "pk = :pk AND begins_with(sk, :d)",
        values={":pk": f"WEBHOOK#{webhook['id']}", ":d": "DELIVERY#"},
        limit=2,
    )
    assert [(item["state"], "due" in item) for item in kept] == [("failed", False)]


def test_pauses_only_grow_and_end() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    for attempt, pause in enumerate(PAUSES, start=1):
        found = pause_after(attempt)
        assert found is not None
        assert pause <= found <= pause * 1.1
    assert pause_after(ATTEMPTS) is None


def test_the_body_is_json_of_one_spelling(partner: Partner, webhook: dict[str, Any], outbox: Outbox) -> None:
    assert webhook
    hear(low("mug"))
    deliver(outbox)
    assert json.dumps(json.loads(partner.received[0].body), separators=(",", ":")) == partner.received[0].body
