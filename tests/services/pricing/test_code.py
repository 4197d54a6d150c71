from __future__ import annotations

import pytest

from pricing.code import canonical


@pytest.mark.parametrize("typed", ["tenth", " TENTH ", "Tenth"])
def test_capitals_and_blanks_around_do_not_matter(typed: str) -> None:
    assert canonical(typed) == "TENTH"


@pytest.mark.parametrize("typed", ["", " ", "a b", "-a", "é", "x" * 65, "a\n b", "a/b", "stra\u00dfe", "\ufb01ve"])
def test_what_no_promotion_can_be_called_is_none(typed: str) -> None:
    assert canonical(typed) is None
