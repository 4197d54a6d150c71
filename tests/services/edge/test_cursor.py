from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.cursor import decode_cursor, encode_cursor, requested_position
from edge.problem import Problem
from edge.request import Request

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
positions = st.lists(st.one_of(text, st.integers(), st.none()), max_size=4)


@given(positions, text)
def test_a_cursor_gives_its_position_back(position: list[str | int | None], query: str) -> None:
    cursor = encode_cursor(position, query=query)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert decode_cursor(cursor, query=query) == tuple(position)


@given(positions, text, st.data())
def test_a_cursor_with_any_character_changed_is_refused(
    position: list[str | int | None], query: str, data: st.DataObject
) -> None:
    cursor = encode_cursor(position, query=query)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.characters(max_codepoint=127).filter(lambda character: character != cursor[place]))
    with pytest.raises(Problem) as raised:
        decode_cursor(cursor[:place] + other + cursor[place + 1 :], query=query)
    assert raised.value.status == 422


@given(positions, text, text)
def test_a_cursor_of_another_query_is_refused(position: list[str | int | None], query: str, other: str) -> None:
    if query != other:
        with pytest.raises(Problem):
            decode_cursor(encode_cursor(position, query=query), query=other)


@given(st.text(max_size=60))
def test_any_text_is_refused_by_422(cursor: str) -> None:
    with pytest.raises(Problem) as raised:
        decode_cursor(cursor, query="products?")
    assert raised.value.status == 422
    assert raised.value.errors[0].parameter == "cursor"


def test_a_cursor_of_absurd_length_is_refused() -> None:
    with pytest.raises(Problem):
        decode_cursor("A" * 1_000_000, query="products?")


def asked(cursor: str | None) -> Request:
    query = {} if cursor is None else {"cursor": cursor}
    return Request.from_event({"queryStringParameters": query})


def test_a_request_without_a_cursor_begins_the_list() -> None:
    assert requested_position(asked(None), query="q", kinds=[str]) is None


@pytest.mark.parametrize("position", [[], ["a"], ["a", "b"], [1, "a"], ["a", -1], ["a", None], ["a", 1, 1]])
def test_a_position_of_another_kind_is_refused_though_its_checksum_holds(position: list[str | int | None]) -> None:
    with pytest.raises(Problem) as raised:
        requested_position(asked(encode_cursor(position, query="q")), query="q", kinds=[str, int])
    assert raised.value.status == 422
    assert requested_position(asked(encode_cursor(["a", 1], query="q")), query="q", kinds=[str, int]) == ("a", 1)
