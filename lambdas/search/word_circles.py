"""The words of a product in widening circles: those of its name, of its brand and category as well, and so on outwards.

Each circle has all words of those within it. The widest alone tells whether a product has a word, however many texts
it has. How much the word counts is added up over the circles that have it: the nearer to the name, the more, and saying
it again further out adds nothing. It also keeps rarity honest: a word that is rare in a circle is rarer still in those
within, so it never counts for more by being further out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from search.schema import stemmed_analyzer


class Circle(NamedTuple):
    """One of the circles.

    Attributes:
        field: of the index, with each stem once.
        adds: the fields of texts that are in it and not in those within.
        weight: what a word that is in it counts for that.
    """

    field: str
    adds: tuple[str, ...]
    weight: float


CIRCLES = (
    Circle("name", ("name",), 3.0),
    Circle("words_to_category", ("brand_text", "category_text"), 1.0),
    Circle("words_to_tags", ("tags_text",), 0.5),
    Circle("words_to_details", ("details",), 0.5),
    Circle("words_to_description", ("description",), 1.0),
)
"""From the narrowest to the widest."""

TEXT_WEIGHTS: Mapping[str, float] = {
    field: sum(around.weight for around in CIRCLES[number:])
    for number, circle in enumerate(CIRCLES)
    for field in circle.adds
}
"""What a word that is in a text counts for that in all: in the name six times as much as in the description."""


def word_circles(texts: Mapping[str, object]) -> dict[str, list[str]]:
    """Give the stems of each circle but the narrowest, which is a text of its own.

    Args:
        texts: by field, a text or a list of them; fields may be missing.
    """
    stems: dict[str, None] = {}
    circles: dict[str, list[str]] = {}
    for circle in CIRCLES:
        for text in (text for field in circle.adds for text in texts_of(texts.get(field, ()))):
            stems.update(dict.fromkeys(stemmed_analyzer().analyze(text)))
        if circle is not CIRCLES[0]:
            circles[circle.field] = list(stems)
    return circles


def texts_of(value: object) -> list[str]:
    """Give the texts that a field has: those of a list, or the only one."""
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
