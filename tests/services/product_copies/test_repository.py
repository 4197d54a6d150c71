from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.product_events import ProductRemoval, ProductSnapshot
from product_copies.repository import ProductCopies
from store.operations import Item
from store.table import Table
from tests.services.http_client import product


def kept(snapshot: ProductSnapshot, sku: str) -> Item:
    return {"name": f"{snapshot.name} {sku}"}


@pytest.fixture
def copies(table: Table) -> ProductCopies:
    return ProductCopies(table, copied=kept)


def snapshot(product_id: str, version: int, *skus: str, second: int | None = None) -> ProductSnapshot:
    at = f"2026-11-23T08:00:{version if second is None else second:02d}Z"
    fields = product(product_id, name=f"v{version}") | {"skus": list(skus), "created_at": at, "updated_at": at}
    return ProductSnapshot.model_validate({**fields, "version": version})


def names(copies: ProductCopies, *skus: str) -> dict[str, object]:
    return {sku: item["name"] for sku, item in copies.find(skus).items()}


def test_a_published_product_is_known_by_its_skus(copies: ProductCopies) -> None:
    assert copies.publish(snapshot("boots", 1, "boots-41", "boots-42"))
    assert names(copies, "boots-41", "boots-42", "boots-43") == {"boots-41": "v1 boots-41", "boots-42": "v1 boots-42"}
    assert {item["product_id"] for item in copies.find(["boots-41"]).values()} == {"boots"}


def test_a_later_version_replaces_an_earlier_one_and_drops_its_skus(copies: ProductCopies) -> None:
    copies.publish(snapshot("boots", 1, "a", "b"))
    assert copies.publish(snapshot("boots", 2, "b", "c"))
    assert names(copies, "a", "b", "c") == {"b": "v2 b", "c": "v2 c"}


def test_what_is_late_or_comes_again_changes_nothing(copies: ProductCopies) -> None:
    copies.publish(snapshot("boots", 3, "a"))
    assert not copies.publish(snapshot("boots", 3, "a"))
    assert not copies.publish(snapshot("boots", 2, "a", "b"))
    assert not copies.remove(ProductRemoval(id="boots", version=1, skus=("a",)))
    assert names(copies, "a", "b") == {"a": "v3 a"}
    assert copies.remove(ProductRemoval(id="boots", version=4, skus=("a",)))
    assert not copies.publish(snapshot("boots", 3, "a"))
    assert names(copies, "a") == {}


def test_a_sku_that_moved_belongs_to_who_wrote_it_last(copies: ProductCopies) -> None:
    copies.publish(snapshot("new", 1, "a", second=20))
    assert copies.publish(snapshot("old", 7, "a", "b", second=10))
    assert names(copies, "a", "b") == {"a": "v1 a", "b": "v7 b"}
    assert copies.publish(snapshot("old", 8, "b", second=15))
    assert copies.remove(ProductRemoval(id="old", version=9, skus=("b",)))
    assert names(copies, "a", "b") == {"a": "v1 a"}
    assert copies.publish(snapshot("newest", 1, "a", second=30))
    assert copies.find(["a"])["a"]["product_id"] == "newest"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations([(1, "ab"), (2, ""), (3, "bc"), (4, ""), (5, "cd")]), st.lists(st.integers(0, 4), max_size=4))
def test_in_whatever_order_events_come_the_newest_counts(
    table: Table, order: list[tuple[int, str]], again: list[int]
) -> None:
    # Every example has keys of its own, for it shares the table.
    prefix = uuid4().hex[:8]
    copies = ProductCopies(table, copied=kept)
    for version, letters in [*order, *(order[index] for index in again)]:
        skus = tuple(f"{prefix}-{letter}" for letter in letters)
        if skus:
            copies.publish(snapshot(prefix, version, *skus))
        else:
            copies.remove(ProductRemoval(id=prefix, version=version, skus=(f"{prefix}-a",)))
    assert set(copies.find([f"{prefix}-{letter}" for letter in "abcd"])) == {f"{prefix}-c", f"{prefix}-d"}


def test_events_at_the_same_time_lose_nothing(copies: ProductCopies) -> None:
    with ThreadPoolExecutor(4) as consumers:
        list(consumers.map(lambda version: copies.publish(snapshot("boots", version, "a", f"s{version}")), range(1, 9)))
    assert names(copies, "a", *(f"s{version}" for version in range(1, 9))) == {"a": "v8 a", "s8": "v8 s8"}


def test_a_product_of_the_most_variants_fits_into_one_transaction(copies: ProductCopies) -> None:
    copies.publish(snapshot("boots", 1, *(f"old-{number}" for number in range(40))))
    assert copies.publish(snapshot("boots", 2, *(f"new-{number}" for number in range(40))))
    assert len(copies.find([f"{age}-{number}" for age in ("old", "new") for number in range(40)])) == 40
