from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.product_events import ProductDeleted, ProductRemoval, ProductUnpublished
from edge.event_application import EventApplication, Taken
from tests.services.conftest import Listen

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
REMOVAL = ProductRemoval(id="boots", version=2, skus=("boots",))


def message(event: DomainEvent[Contract]) -> str:
    return json.dumps(
        {"source": event.source, "detail-type": event.detail_type, "detail": event.model_dump(mode="json")}
    )


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def application(taken: list[str]) -> EventApplication:
    application = EventApplication()

    @application.on(ProductDeleted)
    def forget(event: ProductDeleted) -> Taken:
        if event.data.id == "poison":
            raise ZeroDivisionError
        taken.append(event.detail_type)
        return {"product_id": event.data.id}

    @application.on(ProductUnpublished)
    def hide(event: ProductUnpublished) -> Taken:
        taken.append(event.detail_type)
        return None

    return application


def take(application: EventApplication, *bodies: str) -> list[str]:
    records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    answer = application({"Records": records}, CONTEXT)  # type: ignore[typeddict-item]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_each_contract_has_its_taker(application: EventApplication, taken: list[str]) -> None:
    events = (ProductUnpublished.of(REMOVAL, correlation_id="c-1"), ProductDeleted.of(REMOVAL, correlation_id="c-2"))
    assert take(application, *map(message, events)) == []
    assert taken == ["ProductUnpublished", "ProductDeleted"]


def test_what_raises_or_cannot_be_read_comes_again_alone(application: EventApplication, taken: list[str]) -> None:
    poison = REMOVAL.model_copy(update={"id": "poison"})
    bodies = [ProductDeleted.of(data, correlation_id="c-1") for data in (poison, REMOVAL)]
    assert take(application, "{", *map(message, bodies)) == ["m0", "m1"]
    assert taken == ["ProductDeleted"]


def test_a_line_says_what_was_taken_and_where_it_comes_from(application: EventApplication, log_lines: Listen) -> None:
    written = log_lines(application.logger)
    event = ProductDeleted.of(REMOVAL, correlation_id="c-1")
    take(application, message(event), "{")
    taken, unreadable = written()
    said = {name: taken[name] for name in ("message", "detail_type", "product_id", "correlation_id", "event_id")}
    assert said == {
        "message": "event taken",
        "detail_type": "ProductDeleted",
        "product_id": "boots",
        "correlation_id": "c-1",
        "event_id": event.metadata.event_id,
    }
    assert unreadable["message"] == "unreadable event"
    assert "event_id" not in unreadable
