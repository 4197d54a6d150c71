"""Whether people find what they look for in a real catalog: 493 products of AWS's retail demo store (MIT-0)."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from contracts.product_events import ProductSnapshot
from search.criteria import Criteria, Sort
from search.document import Product
from search.engine import Searcher, create_index
from search.related import find_related
from search.results import find
from search.suggestions import suggest
from tests.services.search.products import EPOCH, document

CATALOG = [
    ProductSnapshot(
        **row, version=1, skus=(row["id"],), tags=(), variants=(), media=(), created_at=EPOCH, updated_at=EPOCH
    )
    for row in map(
        json.loads, (Path(__file__).parent / "data" / "retail_demo_store.ndjson").read_text("utf-8").splitlines()
    )
]
pytestmark = pytest.mark.long  # a thousand searches

LETTERS = "abcdefghijklmnopqrstuvwxyz"

Slip = Callable[[random.Random, str], str]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    directory = tmp_path_factory.mktemp("index")
    create_index(directory, map(document, CATALOG))
    return Searcher(directory)


def first(searcher: Searcher, text: str, limit: int) -> Sequence[Product]:
    return find(searcher, Criteria(text=text), limit=limit).products


def share_found(searcher: Searcher, texts: Sequence[tuple[str, str]], *, within: int) -> float:
    """Give the share of texts for which the product of that id is among the first matches."""
    found = [product in [each["id"] for each in first(searcher, text, within)] for product, text in texts]
    return sum(found) / len(found)


def other_letter(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice(LETTERS.replace(word[place].lower(), "")) + word[place + 1 :]


def letter_less(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def letter_more(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice(LETTERS) + word[place:]


def letters_swapped(chance: random.Random, word: str) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def misspelt(slips: Sequence[Slip], *, letters: int) -> list[tuple[str, str]]:
    """Each product's name with slips in its longest word, of the products that have one so long."""
    chance = random.Random(7)
    texts = []
    for product in CATALOG:
        words = product.name.split()
        longest = max((word for word in words if word.isalpha()), key=len, default="")
        if len(longest) >= letters:
            wrong = longest
            for slip in slips:
                wrong = slip(chance, wrong)
            texts.append((product.id, " ".join(wrong if word == longest else word for word in words)))
    assert len(texts) > len(CATALOG) / 3
    return texts


def test_a_name_finds_its_product(searcher: Searcher) -> None:
    assert share_found(searcher, [(product.id, product.name) for product in CATALOG], within=3) >= 0.99


@pytest.mark.parametrize("slip", [other_letter, letter_less, letter_more, letters_swapped])
def test_a_name_with_one_slip_finds_its_product(searcher: Searcher, slip: Slip) -> None:
    assert share_found(searcher, misspelt([slip], letters=5), within=10) >= 0.98


@pytest.mark.parametrize("slips", [[other_letter, letters_swapped], [letter_less, letter_more]])
def test_a_long_word_may_have_two_slips(searcher: Searcher, slips: Sequence[Slip]) -> None:
    assert share_found(searcher, misspelt(slips, letters=9), within=10) >= 0.95


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("backpack", "backpack"),
        ("bakpack", "backpack"),
        ("backpcak", "backpack"),
        ("sunglases", "glasses"),
        ("guitr", "strings"),
        ("hedphones", "headphones"),
        ("necklase", "necklace"),
        ("SOFA", "sofas"),
    ],
)
def test_what_comes_first_is_what_was_meant(searcher: Searcher, text: str, style: str) -> None:
    assert [product["attributes"]["style"] for product in first(searcher, text, 3)] == [style] * 3


def test_facets_of_the_whole_catalog(searcher: Searcher) -> None:
    everything = find(searcher, Criteria(), limit=1)
    counted = {str(value["value"]): value["count"] for value in everything.facets["category"]}
    assert counted == Counter(product.category for product in CATALOG)
    two = find(searcher, Criteria(category=("footwear", "jewelry")), limit=1)
    assert two.total == int(str(counted["footwear"])) + int(str(counted["jewelry"]))
    # What is chosen hides no other choice.
    assert two.facets["category"] == everything.facets["category"]


def test_by_price_whatever_the_words_are_worth(searcher: Searcher) -> None:
    found = find(searcher, Criteria(text="leather", sort=Sort.PRICE_ASC, currency="USD"), limit=100)
    amounts = [product["price"]["amount"] for product in found.products]
    assert amounts == sorted(amounts)
    assert found.total == len(amounts) > 10


def test_a_name_is_suggested_when_its_last_word_is_begun(searcher: Searcher) -> None:
    begun = [(product, product.name.rpartition(" ")) for product in CATALOG]
    texts = [(product, f"{head} {last[:3]}") for product, (head, _, last) in begun if head and len(last) >= 5]
    found = [(product, suggest(searcher, text, limit=5)) for product, text in texts]
    completed = [product.name.lower() in [text.lower() for text, _ in each.queries] for product, each in found]
    named = [product.id in [one for one, _ in each.products] for product, each in found]
    assert len(texts) > 300
    assert sum(completed) / len(texts) >= 0.99
    assert sum(named) / len(texts) >= 0.99


def test_related_products_are_mostly_of_the_same_kind(searcher: Searcher) -> None:
    same_category = same_style = possible = 0
    for product in CATALOG:
        alike = find_related(searcher, product.id, limit=5) or ()
        assert len(alike) == 5
        others = sum(other.attributes == product.attributes for other in CATALOG) - 1
        same_category += sum(each["category"] == product.category for each in alike)
        same_style += sum(each["attributes"] == product.attributes for each in alike)
        possible += min(5, others)
    assert same_category / (5 * len(CATALOG)) >= 0.9
    assert same_style / possible >= 0.75
