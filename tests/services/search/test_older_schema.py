"""What the code of older schemas left behind: a generation of each, as it stands in the bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.product_prices import ListedPrice
from search.bundle import read_generation
from search.criteria import Criteria, Sort
from search.engine import create_index
from search.results import find
from search.schema import OLDEST_READABLE, SCHEMA_VERSION
from search.segments import META_FILE
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot
from tests.services.search.test_indexer import store

DATA = Path(__file__).parent / "data"
BUNDLES = {schema: (DATA / f"generation_of_schema_{schema}.zip").read_bytes() for schema in range(1, SCHEMA_VERSION)}
ADDED = {
    2: ["prices", "prices_order"],
    3: ["words_to_category", "words_to_tags", "words_to_details", "words_to_description"],
}
"""The fields that each schema has and the one before had not."""

MUG = snapshot("mug", name="Blue Mug", amount=1490, prices=[ListedPrice(currency="EUR", amount=1300)])
"""As it is in each, beside a bowl and a pan that cost €9.00 and €25.00."""


def deployed(account: Account, schema: int) -> Account:
    """An account with an index that the code of an older schema made."""
    generation = read_generation(BUNDLES[schema])
    assert generation.schema_version == schema
    account.bucket.put(generation.name, BUNDLES[schema])
    account.pointer.swap(expected=None, replacement=generation.name)
    return account


def found(account: Account, criteria: Criteria) -> list[tuple[str, object]]:
    generation = account.reader().current()
    assert generation is not None
    return [(each["id"], each["price"]["amount"]) for each in find(generation.searcher, criteria, limit=10).products]


def made_again(account: Account) -> Account:
    account.indexer().bring_up_to_date(store(account, document(MUG)))
    return account


def test_every_older_schema_can_be_read() -> None:
    assert min(BUNDLES) == OLDEST_READABLE


BY_PRICE = Criteria(currency="EUR", max_price=2_500, sort=Sort.PRICE_ASC)


@pytest.mark.parametrize(
    ("schema", "until_then"),
    [(1, [("bowl", 900), ("pan", 2500)]), (2, [("bowl", 900), ("mug", 1300), ("pan", 2500)])],
)
def test_prices_are_compared_as_the_older_code_did_until_the_index_is_made_again(
    account: Account, schema: int, until_then: list[tuple[str, object]]
) -> None:
    assert found(deployed(account, schema), BY_PRICE) == until_then
    assert found(made_again(account), BY_PRICE) == [("mug", 1300)]


def test_words_are_found_as_the_older_code_did_until_the_index_is_made_again(account: Account) -> None:
    assert found(deployed(account, 1), Criteria(text="mug")) == [("mug", 1490)]
    assert found(made_again(account), Criteria(text="mug")) == [("mug", 1490)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mug", ["mug", "pan", "bowl"]),  # by name, by tag, by description
        ("blue mug", ["mug", "bowl"]),
        ("mug -tea", ["pan", "bowl"]),
        ('"blue mug"', ["mug"]),
        ("muug", ["mug", "pan"]),
    ],
)
def test_words_are_found_in_texts_where_there_are_no_circles(account: Account, text: str, expected: list[str]) -> None:
    assert [product for product, _ in found(deployed(account, 2), Criteria(text=text))] == expected


@pytest.mark.parametrize("schema", BUNDLES)
def test_the_older_code_finds_its_fields_in_the_places_that_it_knows(tmp_path: Path, schema: int) -> None:
    create_index(tmp_path, [document(snapshot("p1"))])
    fields = json.loads((tmp_path / META_FILE).read_text())["schema"]
    known = json.loads(read_generation(BUNDLES[schema]).meta)["schema"]
    assert fields[: len(known)] == known
    added = [field for later, names in ADDED.items() if later > schema for field in names]
    assert [each["name"] for each in fields[len(known) :]] == added
