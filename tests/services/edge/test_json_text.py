from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.json_text import UnreadableJsonError, parse_json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)


@given(values, st.booleans())
def test_what_json_says_is_read(value: object, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableJsonError):
        assert json.dumps(parse_json(text), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a":1,"b":{"c":1,"c":2}}', "repeats"),
        ("NaN", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("1e999", "too large"),
        ('"\\ud800"', "surrogate"),
        ('{"\\uDFFF":1}', "surrogate"),
        ('"\ud800"', "surrogate"),
        ("[" * 100_000, "deep"),
        ('{"a":' * 100_000, "deep"),
        ("9" * 5000, "digits"),
        ('"\x00"', "line 1 column 2"),
        ("", "line 1 column 1"),
        ("\ufeff{}", "BOM"),
    ],
)
def test_what_readers_disagree_on_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableJsonError, match=reason):
        parse_json(text)
