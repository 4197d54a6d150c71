from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.entity_tag import TagCondition, is_unmodified, require_preconditions, strong_tag
from edge.problem import Problem

opaque = st.text(st.characters(min_codepoint=0x23, max_codepoint=0x7E), max_size=12)
tags = opaque.map(strong_tag)


@given(st.lists(st.tuples(st.booleans(), tags), min_size=1, max_size=6), st.sampled_from([",", ", ", " ,\t", ",,"]))
def test_a_list_of_tags_is_read_whole(listed: list[tuple[bool, str]], comma: str) -> None:
    header = comma.join(("W/" if weak else "") + tag for weak, tag in listed)
    condition = TagCondition.parse(header, name="If-Match")
    for weak, tag in listed:
        assert condition.matches_weakly(tag)
        assert condition.matches_strongly(tag) == any(not w and t == tag for w, t in listed)
        assert weak or condition.matches_strongly(tag)


@given(st.text(max_size=20))
def test_any_header_is_read_or_refused_by_400(header: str) -> None:
    status = 200
    try:
        TagCondition.parse(header, name="If-Match")
    except Problem as refusal:
        status = refusal.status
    assert status in (200, 400)


def test_a_weak_tag_never_allows_a_write() -> None:
    with pytest.raises(Problem) as raised:
        require_preconditions({"if-match": 'W/"3"'}, current='"3"')
    assert raised.value.status == 412


@pytest.mark.parametrize(
    ("headers", "current", "status"),
    [
        ({}, None, None),
        ({"if-match": '"3"'}, '"3"', None),
        ({"if-match": '"1", "3"'}, '"3"', None),
        ({"if-match": "*"}, '"3"', None),
        ({"if-match": "*"}, None, 412),
        ({"if-match": '"2"'}, '"3"', 412),
        ({"if-match": '"3"'}, None, 412),
        ({"if-none-match": "*"}, None, None),
        ({"if-none-match": "*"}, '"3"', 412),
        ({"if-none-match": 'W/"3"'}, '"3"', 412),
        ({"if-none-match": '"2"'}, '"3"', None),
        ({"if-match": "3"}, '"3"', 400),
        ({"if-match": ""}, '"3"', 400),
        ({"if-match": '"3'}, '"3"', 400),
    ],
)
def test_preconditions_of_a_write(headers: dict[str, str], current: str | None, status: int | None) -> None:
    if status is None:
        require_preconditions(headers, current=current)
        return
    with pytest.raises(Problem) as raised:
        require_preconditions(headers, current=current)
    assert raised.value.status == status


def test_a_read_is_unmodified_by_weak_comparison() -> None:
    assert is_unmodified({"if-none-match": '"1", W/"3"'}, current='"3"')
    assert not is_unmodified({"if-none-match": '"1"'}, current='"3"')
    assert not is_unmodified({}, current='"3"')
