"""What the code of schema 1 left behind: a generation that it wrote, as it stands in the bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.product_prices import ListedPrice
from search.bundle import read_generation
from search.criteria import Criteria, Sort
from search.engine import create_index
from search.results import find
from search.schema import OLDEST_READABLE
from search.segments import META_FILE
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot
from tests.services.search.test_indexer import store

BUNDLE = (Path(__file__).parent / "data" / "generation_of_schema_1.zip").read_bytes()
OLD = read_generation(BUNDLE)


@pytest.fixture
def deployed(account: Account) -> Account:
    """An account with an index of the older code: of a mug with prices in two currencies, and of two in one."""
    account.bucket.put(OLD.name, BUNDLE)
    account.pointer.swap(expected=None, replacement=OLD.name)
    return account


def found(account: Account, criteria: Criteria) -> list[tuple[str, object]]:
    generation = account.reader().current()
    assert generation is not None
    return [(each["id"], each["price"]["amount"]) for each in find(generation.searcher, criteria, limit=10).products]


def test_it_is_answered_from_as_the_older_code_did_until_the_index_is_made_again(deployed: Account) -> None:
    assert OLD.schema_version == OLDEST_READABLE == 1
    by_price = Criteria(currency="EUR", max_price=2_500, sort=Sort.PRICE_ASC)
    assert found(deployed, by_price) == [("bowl", 900), ("pan", 2500)]
    assert found(deployed, Criteria(text="mug")) == [("mug", 1490)]
    mug = snapshot("mug", amount=1490, prices=[ListedPrice(currency="EUR", amount=1300)])
    deployed.indexer().bring_up_to_date(store(deployed, document(mug)))
    assert found(deployed, by_price) == [("mug", 1300)]


def test_the_older_code_finds_its_fields_in_the_places_that_it_knows(tmp_path: Path) -> None:
    create_index(tmp_path, [document(snapshot("p1"))])
    fields = json.loads((tmp_path / META_FILE).read_text())["schema"]
    known = json.loads(OLD.meta)["schema"]
    assert fields[: len(known)] == known
    assert [each["name"] for each in fields[len(known) :]] == ["prices", "prices_order"]
