"""How a word counts by where it is: nearer to the name is better, and repeating it further out gains nothing."""

from __future__ import annotations

from pathlib import Path

from search.criteria import Criteria
from search.engine import Searcher, create_index
from search.results import find
from search.word_circles import CIRCLES, word_circles
from tests.services.search.products import document, snapshot

PLAIN = {"name": "Thing one", "category": "things", "brand": "Maker", "tags": ["one"], "description": "It is one."}
"""A product, in words of like number to those with the word that is looked for."""

PLACES: dict[str, dict[str, object]] = {
    "name": {"name": "Thing copper"},
    "brand": {"brand": "Copper"},
    "tags": {"tags": ["copper"]},
    "details": {"attributes": {"metal": "copper"}},
    "description": {"description": "It is copper."},
}


def ranked(directory: Path, products: dict[str, dict[str, object]], text: str) -> list[str]:
    others = {f"other-{number}": {"attributes": {"metal": "zinc"}} for number in range(20)}
    create_index(
        directory,
        [document(snapshot(name, **(PLAIN | product))) for name, product in (products | others).items()],  # type: ignore[arg-type]
    )
    return [each["id"] for each in find(Searcher(directory), Criteria(text=text), limit=100).products]


def test_a_word_counts_by_where_it_is(tmp_path: Path) -> None:
    assert ranked(tmp_path, dict(reversed(PLACES.items())), "copper") == list(PLACES)


def test_a_product_does_not_win_by_repeating_itself(tmp_path: Path) -> None:
    everywhere_else = {
        field: value for place, each in PLACES.items() if place != "name" for field, value in each.items()
    }
    products = {"loud": everywhere_else | {"description": "Copper copper copper."}, "named": PLACES["name"]}
    assert ranked(tmp_path, products, "copper") == ["named", "loud"]


def test_a_word_that_most_names_have_counts_for_no_less_than_in_a_description(tmp_path: Path) -> None:
    named = {f"named-{number}": PLACES["name"] for number in range(60)}
    products = {"described": PLACES["description"]} | named
    assert ranked(tmp_path, products, "copper") == [*named, "described"]


def test_the_number_of_other_words_decides_between_equals(tmp_path: Path) -> None:
    products = {"long": {"name": "Copper kettle with a lid and a handle"}, "short": {"name": "Copper kettle"}}
    assert ranked(tmp_path, products, "kettle") == ["short", "long"]


def test_each_circle_has_the_stems_of_those_within_once() -> None:
    texts = {
        "name": "Runs and running",
        "brand_text": "Runner",
        "tags_text": ["shoes", "run"],
        "description": "A shoe.",
    }
    assert word_circles(texts) == {
        "words_to_category": ["run", "and", "runner"],
        "words_to_tags": ["run", "and", "runner", "shoe"],
        "words_to_details": ["run", "and", "runner", "shoe"],
        "words_to_description": ["run", "and", "runner", "shoe", "a"],
    }


def test_a_product_without_texts_has_empty_circles() -> None:
    assert word_circles({}) == {circle.field: [] for circle in CIRCLES[1:]}
