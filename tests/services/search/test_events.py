from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.schedule_events import IndexCheckDue, Nothing
from search import environment, events, schema
from search.document import Document
from search.projection import Projection
from store.errors import UnavailableError
from tests.services.conftest import Listen
from tests.services.search.conftest import Account, new_account
from tests.services.search.products import CONTEXT, SOME_EXAMPLES, batch, deleted, published, snapshot, unpublished
from tests.services.search.test_indexer import indexed


def handle(*messages: str) -> list[str]:
    """Give the numbers of the messages that failed."""
    answer = events.handler(batch(messages), CONTEXT)
    failures = answer["batchItemFailures"]
    assert isinstance(failures, list)
    return [failure["itemIdentifier"].removeprefix("message-") for failure in failures]


def test_published_products_are_found_and_withdrawn_ones_are_not(service: Account) -> None:
    assert handle(*(published(snapshot(name)) for name in "abc")) == []
    assert indexed(service) == {"a": 1, "b": 1, "c": 1}
    assert handle(unpublished("a", version=2), deleted("b", version=2), published(snapshot("c", version=2))) == []
    assert indexed(service) == {"c": 2}


def test_a_late_event_brings_nothing_back(service: Account) -> None:
    assert handle(deleted("a", version=3), published(snapshot("b", version=5))) == []
    assert handle(published(snapshot("a", version=2)), unpublished("b", version=4)) == []
    assert indexed(service) == {"b": 5}


def test_a_batch_may_hold_many_versions_of_a_product_in_any_order(service: Account) -> None:
    assert handle(*(published(snapshot("a", version=version)) for version in (3, 1, 5, 2, 4))) == []
    assert indexed(service) == {"a": 5}


def test_the_same_batch_again_changes_nothing(service: Account) -> None:
    messages = [published(snapshot("a")), deleted("b", version=2)]
    assert handle(*messages) == []
    generation = service.pointer.read()
    assert handle(*messages) == []
    assert service.pointer.read() == generation


@pytest.mark.parametrize(
    "poison",
    [
        "",
        "no json",
        "[]",
        "{}",
        json.dumps({"source": "storefront.catalog", "detail-type": "ProductPublished", "detail": {}}),
        published(snapshot("a")).replace('"footwear"', "7"),
        published(snapshot("a")).replace("storefront.catalog", "storefront.else"),
        published(snapshot("a")).replace("2026-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_message_that_nobody_can_read_fails_alone(service: Account, poison: str) -> None:
    assert handle(published(snapshot("good")), poison, published(snapshot("better"))) == ["1"]
    assert indexed(service) == {"good": 1, "better": 1}


def test_a_batch_of_poison_alone(service: Account) -> None:
    assert handle("x", "y") == ["0", "1"]
    assert service.pointer.read() is None


def test_a_document_that_is_not_stored_fails_with_its_messages_only(
    service: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Picky(Projection):
        def apply(self, document: Document) -> bool:
            if document.id == "bad":
                raise UnavailableError("no answer")
            return super().apply(document)

    monkeypatch.setattr(environment, "projection", lambda: Picky(service.table))
    messages = [published(snapshot("bad")), published(snapshot("good")), published(snapshot("bad", version=2))]
    assert handle(*messages) == ["0", "2"]
    assert indexed(service) == {"good": 1}


def test_a_large_batch(service: Account) -> None:
    assert handle(*(published(snapshot(f"p{number}")) for number in range(250))) == []
    assert len(indexed(service)) == 250


def test_rebuilding_by_hand(service: Account) -> None:
    handle(published(snapshot("a")))
    for bundle in service.bundles():
        service.bucket.delete(bundle)
    assert events.handler({"rebuild": True}, CONTEXT) == {"rebuilt": True}
    assert indexed(service) == {"a": 1}


def check() -> str:
    detail = json.loads(IndexCheckDue.of(Nothing(), correlation_id="clock").model_dump_json())
    return json.dumps({"source": IndexCheckDue.source, "detail-type": IndexCheckDue.detail_type, "detail": detail})


def test_by_the_clock_a_lost_index_is_made_again_and_one_that_is_there_is_left_alone(service: Account) -> None:
    assert handle(published(snapshot("a"))) == []
    generation = service.pointer.read()
    assert handle(check(), check()) == []
    assert service.pointer.read() == generation
    for bundle in service.bundles():
        service.bucket.delete(bundle)
    environment.indexer.cache_clear()
    assert handle(check()) == []
    assert indexed(service) == {"a": 1}


def test_by_the_clock_an_index_of_another_schema_is_made_again(
    service: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert handle(published(snapshot("a"))) == []
    generation = service.pointer.read()
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    assert handle(check(), published(snapshot("b"))) == []
    assert service.pointer.read() != generation
    assert environment.indexer().is_of_this_schema()
    assert indexed(service) == {"a": 1, "b": 1}


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[tuple[str, int]]]:
    """The versions of a few products, each delivered at least once, in any order and any batches."""
    facts = [(product, version) for product in "ab" for version in range(1, draw(st.integers(1, 4)) + 1)]
    again = draw(st.lists(st.sampled_from(facts), max_size=4))
    order = draw(st.permutations(facts + again))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=3)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True) if order[start:end]]


@SOME_EXAMPLES
@given(batches=deliveries(), kinds=st.lists(st.sampled_from("pud"), min_size=8, max_size=8))
def test_any_interleaving_ends_in_the_highest_version(
    endpoint: str, tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, int]]], kinds: list[str]
) -> None:
    account = new_account(endpoint, Path(tmp_path_factory.mktemp("account")))
    indexer = account.indexer()

    def message(product: str, version: int) -> str:
        match kinds["ab".index(product) * 4 + version - 1]:
            case "p":
                return published(snapshot(product, version=version))
            case "u":
                return unpublished(product, version=version)
            case _:
                return deleted(product, version=version)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "projection", lambda: account.projection)
        patch.setattr(environment, "indexer", lambda: indexer)
        for facts in batches:
            assert handle(*(message(*fact) for fact in facts)) == []
    highest = {product: max(v for facts in batches for p, v in facts if p == product) for product in "ab"}
    assert indexed(account) == {
        product: version for product, version in highest.items() if kinds["ab".index(product) * 4 + version - 1] == "p"
    }


def test_each_event_of_a_batch_leaves_a_line(service: Account, log_lines: Listen) -> None:
    written = log_lines(events._logger)
    messages = [published(snapshot("a")), deleted("b", version=2)]
    assert handle(*messages) == []

    lines = written()
    taken = [line for line in lines if line["message"] == "event taken"]
    sent = [json.loads(message)["detail"]["metadata"] for message in messages]
    assert [(line["event_id"], line["correlation_id"], line["product_id"]) for line in taken] == [
        (metadata["event_id"], metadata["correlation_id"], product)
        for metadata, product in zip(sent, "ab", strict=True)
    ]
    assert {line["request_id"] for line in lines} == {"invocation-1"}
    assert service.pointer.read() is not None
