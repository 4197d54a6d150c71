from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from contracts.envelope import UnreadableEventError, read_event
from contracts.product_events import ProductDeleted, ProductPublished, ProductRemoval, ProductUnpublished

REMOVAL = ProductRemoval(id="boots", version=3, skus=("boots",))


def message(event: ProductDeleted | ProductUnpublished, **changes: object) -> str:
    return json.dumps(
        {
            "version": "0",
            "id": "eventbridge-id",
            "source": event.source,
            "detail-type": event.detail_type,
            "detail": event.model_dump(mode="json"),
            **changes,
        }
    )


def test_an_event_arrives_as_it_was_stated() -> None:
    event = ProductDeleted.of(REMOVAL, correlation_id="c-1", trace_header="Root=1-2-3")
    assert read_event(message(event), expected=(ProductPublished, ProductDeleted)) == event


def test_a_field_from_a_newer_producer_is_ignored() -> None:
    event = ProductDeleted.of(REMOVAL, correlation_id="c-1")
    detail = event.model_dump(mode="json")
    detail["data"]["reason"] = "discontinued"
    detail["metadata"]["region"] = "eu"
    assert read_event(message(event, detail=detail), expected=(ProductDeleted,)) == event


def test_an_event_nobody_subscribed_to_is_refused() -> None:
    event = ProductUnpublished.of(REMOVAL, correlation_id="c-1")
    with pytest.raises(UnreadableEventError, match="ProductUnpublished"):
        read_event(message(event), expected=(ProductDeleted,))


def test_another_version_is_refused() -> None:
    event = ProductDeleted.of(REMOVAL, correlation_id="c-1")
    detail = event.model_dump(mode="json")
    detail["metadata"]["version"] = 2
    with pytest.raises(UnreadableEventError, match="version 2"):
        read_event(message(event, detail=detail), expected=(ProductDeleted,))


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '{"source":"x"}', '{"source":"s","detail-type":"t","detail":{}}', "\x00"]
)
def test_what_is_no_event_is_refused(body: str) -> None:
    with pytest.raises(UnreadableEventError):
        read_event(body, expected=(ProductDeleted,))


def test_a_refusal_names_the_field_and_not_its_value() -> None:
    event = ProductDeleted.of(REMOVAL, correlation_id="c-1")
    detail = event.model_dump(mode="json")
    detail["data"]["version"] = "secret"
    with pytest.raises(UnreadableEventError, match=r"data\.version: int_type") as raised:
        read_event(message(event, detail=detail), expected=(ProductDeleted,))
    assert "secret" not in str(raised.value)


def test_events_are_frozen_and_unique() -> None:
    first, second = (ProductDeleted.of(REMOVAL, correlation_id="c-1") for _ in range(2))
    assert first.metadata.event_id != second.metadata.event_id
    with pytest.raises(ValidationError):
        first.data.id = "other"


@pytest.mark.parametrize("event", [ProductPublished, ProductUnpublished, ProductDeleted])
def test_every_event_has_a_json_schema(event: type[ProductPublished]) -> None:
    schema = event.model_json_schema()
    assert set(schema["required"]) == {"metadata", "data"}
    assert (event.source, event.version) == ("storefront.catalog", 1)
