from __future__ import annotations

import pytest

from search.spelling import slips_allowed, slips_of_beginning


@pytest.mark.parametrize(
    ("typed", "word", "slips"),
    [
        ("back", "backpack", 0),
        ("backpack", "backpack", 0),
        ("bck", "backpack", 1),
        ("bakc", "backpack", 1),  # two letters swapped
        ("baxk", "backpack", 1),
        ("baack", "backpack", 1),
        ("baxx", "backpack", 2),
        ("backpacks", "backpack", 1),
        ("lamp", "backpack", 3),
        ("", "backpack", 0),
        ("ab", "", 2),
    ],
)
def test_slips_between_what_was_typed_and_the_nearest_beginning(typed: str, word: str, slips: int) -> None:
    assert slips_of_beginning(typed, word) == slips


def test_how_many_slips_a_word_may_have() -> None:
    assert [slips_allowed("x" * length) for length in (1, 3, 4, 7, 8, 20)] == [0, 0, 1, 1, 2, 2]
