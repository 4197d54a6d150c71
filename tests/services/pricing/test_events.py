from __future__ import annotations

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.product_events import (
    ProductDeleted,
    ProductPublished,
    ProductRemoval,
    ProductSnapshot,
    ProductUnpublished,
)
from pricing import events
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from store.table import Table
from tests.services.delivery import deliver
from tests.services.http_client import product


@pytest.fixture
def copies(table: Table, monkeypatch: pytest.MonkeyPatch) -> ProductCopies:
    monkeypatch.setattr(events, "pricing_table", lambda: table)
    return ProductCopies(table, copied=copied)


def take(*heard: DomainEvent[Contract]) -> list[str]:
    return deliver(events.handler, *heard)


def published(version: int, amount: int) -> ProductPublished:
    at = "2026-11-23T08:00:00Z"
    fields = product("mug", price={"currency": "USD", "amount": amount})
    snapshot = {**fields, "version": version, "skus": ["mug"], "created_at": at, "updated_at": at}
    return ProductPublished.of(ProductSnapshot.model_validate(snapshot), correlation_id="c-1")


def removal(version: int) -> ProductRemoval:
    return ProductRemoval(id="mug", version=version, skus=("mug",))


def test_prices_follow_the_catalog_in_whatever_order_it_is_heard(copies: ProductCopies) -> None:
    assert take(published(2, 1700), published(1, 1600), published(2, 1700)) == []
    assert copies.find(["mug"])["mug"]["amount"] == 1700
    assert take(ProductUnpublished.of(removal(3), correlation_id="c-1")) == []
    assert copies.find(["mug"]) == {}
    assert take(published(4, 1800), ProductUnpublished.of(removal(3), correlation_id="c-1")) == []
    assert copies.find(["mug"])["mug"]["amount"] == 1800
    assert take(ProductDeleted.of(removal(5), correlation_id="c-1"), published(4, 1800)) == []
    assert copies.find(["mug"]) == {}
