from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.personal_data import MAXIMUM_PAGE_BYTES, PersonalRecord
from personal_data.pages import PAGE_BYTES, pages_of


def record(number: int, size: int = 10) -> PersonalRecord:
    return PersonalRecord(kind="note", data={"number": number, "text": "é" * (size // 6)})


@given(sizes=st.lists(st.integers(min_value=0, max_value=PAGE_BYTES - 200), max_size=40))
def test_every_record_is_on_one_page_in_order_and_only_the_last_page_says_so(sizes: list[int]) -> None:
    records = [record(number, size) for number, size in enumerate(sizes)]
    pages = list(pages_of(records))
    assert [found for page in pages for found in page.records] == records
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    for page in pages:
        sent = json.dumps(page.model_dump(mode="json"), separators=(",", ":"))
        assert len(sent) <= MAXIMUM_PAGE_BYTES


def test_many_small_records_fill_several_pages() -> None:
    pages = list(pages_of(record(number) for number in range(2500)))
    assert [len(page.records) for page in pages] == [1000, 1000, 500]


def test_who_has_nothing_says_so_by_one_page() -> None:
    (page,) = pages_of([])
    assert (page.records, page.last) == ((), True)


def test_a_record_that_no_page_can_hold_is_told() -> None:
    with pytest.raises(ValueError, match=r"kind 'note'.*250000 are allowed"):
        list(pages_of([record(1, PAGE_BYTES)]))
