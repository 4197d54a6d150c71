from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.product import ProductVariant
from search.criteria import LONGEST_TEXT, Criteria
from search.engine import Searcher, create_index
from search.results import find
from tests.services.search.products import MANY_EXAMPLES, document, snapshot

PRODUCTS = [
    snapshot("backpack", name="Urban Leather Backpack", category="accessories", tags=["bag"], brand="Nomad"),
    snapshot("rucksack", name="Canvas Rucksack", description="A backpack of waxed canvas. Leather straps."),
    snapshot("shoes", name="Running Shoes", category="footwear", skus=["RUN-42", "RUN-43"]),
    snapshot("dress", name="Women's Summer Dress", category="apparel"),
    snapshot("cafe", name="Café Crème Cups", category="housewares", attributes={"colour": "Ivory"}),
    snapshot("tee", name="Classic T-Shirt", variants=[ProductVariant(sku="tee", options={"size": "Extra Large"})]),
    snapshot("book", name="The Art of the Lamp", description="With leather binding", category="books"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    directory = tmp_path_factory.mktemp("index")
    create_index(directory, map(document, PRODUCTS))
    return Searcher(directory)


def ids(searcher: Searcher, text: str) -> list[str]:
    return [product["id"] for product in find(searcher, Criteria(text=text), limit=100).products]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("backpack", ["backpack", "rucksack"]),  # the name counts for more than the description
        ("BACKPACKS", ["backpack", "rucksack"]),
        ("leather backpack", ["backpack", "rucksack"]),
        ('"leather backpack"', ["backpack"]),
        ('"leather backpack', ["backpack"]),
        ("leather -backpack", ["book"]),
        ("run shoe", ["shoes"]),
        ("run-42", ["shoes"]),
        ("RUN-43", ["shoes"]),
        ("women's", ["dress"]),
        ("women", ["dress"]),
        ("cafe creme", ["cafe"]),
        ("CAFÉ", ["cafe"]),
        ("ivory", ["cafe"]),
        ("extra large", ["tee"]),
        ("t-shirt", ["tee"]),
        ("nomad", ["backpack"]),
        ("bag", ["backpack"]),
        ("the lamp", ["book"]),
        ("for the lamp", ["book"]),
        ("the", ["book"]),
        # what is misspelt or unfinished, only when nothing matches as it stands
        ("bakpack", ["backpack", "rucksack"]),
        ("backpcak", ["backpack", "rucksack"]),
        ("ruck", ["rucksack"]),
        ("runing shoos", ["shoes"]),
        ("canvas rucksack waterproof", ["rucksack"]),
        ("summre", ["dress"]),  # swapped
        ("sumer", ["dress"]),  # one less
        ("summmer", ["dress"]),  # one more
        ("sunmer", ["dress"]),  # another
        ("sunner", []),  # two slips in six letters
        ("bakcpakc", ["backpack", "rucksack"]),  # two in eight
        ("brakcpakc", []),  # three
        ("tae", []),  # short words are taken as they are
        ("lmp", []),
        ("straqs", ["rucksack"]),  # of a description
        # one word is better than nothing
        ("summer zzzzz", ["dress"]),
        ("zzzzz cups yyyyy xxxxx", ["cafe"]),
        ("shoes shoes SHOES", ["shoes"]),
        # nothing to look for
        ("-", []),
        ("😀", []),
        ('"', []),
        ('""', []),
        ("()[]{}^~*?:\\/+&|!", []),
        ("price:4999", []),
        ("id:backpack", []),
        ("zzzzzz", []),
    ],
)
def test_what_a_text_finds(searcher: Searcher, text: str, expected: list[str]) -> None:
    assert ids(searcher, text) == expected


def test_only_what_must_not_occur(searcher: Searcher) -> None:
    assert set(ids(searcher, "-leather")) == {product.id for product in PRODUCTS} - {"backpack", "rucksack", "book"}


def test_no_text_finds_everything(searcher: Searcher) -> None:
    assert find(searcher, Criteria(text="  "), limit=100).total == len(PRODUCTS)


def test_a_filter_without_matches_does_not_make_the_text_forgiving(searcher: Searcher) -> None:
    assert find(searcher, Criteria(text="lamp", category=("footwear",)), limit=10).total == 0


@MANY_EXAMPLES
@given(text=st.text(max_size=LONGEST_TEXT))
@example(text="a " * 128)
@example(text="\x00")
@example(text='-"')
@example(text="--a")
@example(text='"a"b"c')
def test_every_text_has_an_answer(searcher: Searcher, text: str) -> None:
    results = find(searcher, Criteria(text=text), limit=100)
    assert len(results.products) == results.total <= len(PRODUCTS)


@MANY_EXAMPLES
@given(text=st.lists(st.sampled_from(['"', "-", "lea", "leather", "the", "backpack", "AND", "*", "~2", "(", "shoe"])))
def test_every_mixture_of_words_and_marks_has_an_answer(searcher: Searcher, text: list[str]) -> None:
    for separator in ("", " "):
        results = find(searcher, Criteria(text=separator.join(text)), limit=100)
        assert len(results.products) == results.total
