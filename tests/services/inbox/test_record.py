from __future__ import annotations

import pytest

from contracts.product_events import ProductDeleted, ProductRemoval
from inbox.record import inbox_record, was_taken
from store.errors import TransactionCanceledError
from store.operations import Put
from store.table import Table


def test_an_event_is_taken_once_with_what_it_asks_for(table: Table) -> None:
    removal = ProductRemoval(id="boots", version=2, skus=("boots",))
    first, second = (ProductDeleted.of(removal, correlation_id="c-1").metadata for _ in range(2))
    assert not was_taken(table, first)
    table.transact([inbox_record(first), Put(item={"pk": "a", "sk": "a", "n": 1})])
    assert was_taken(table, first)
    with pytest.raises(TransactionCanceledError):
        table.transact([inbox_record(first), Put(item={"pk": "a", "sk": "a", "n": 2})])
    assert (table.get("a", "a") or {})["n"] == 1
    assert not was_taken(table, second)
