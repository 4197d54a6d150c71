"""A service's records of a person, cut into pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from contracts.personal_data import MAXIMUM_RECORDS, PersonalDataPage, PersonalRecord

PAGE_BYTES = 250_000
"""Of the records of one page; what stands around them fits into the rest."""


def pages_of(records: Iterable[PersonalRecord]) -> Iterator[PersonalDataPage]:
    """Give the pages of all records, in their order; one empty page when there is none.

    Args:
        records: read one after the other, so that no more than a page of them is in memory.

    Raises:
        ValueError: when a record alone is larger than a page.
    """
    page: list[PersonalRecord] = []
    size = 0
    for record in records:
        # As calls are written: in ASCII, where other letters take six bytes or twelve.
        needed = len(json.dumps(record.model_dump(mode="json"), separators=(",", ":"))) + 1
        if needed > PAGE_BYTES:
            raise ValueError(f"a record of the kind {record.kind!r} has {needed} bytes; {PAGE_BYTES} are allowed")
        if size + needed > PAGE_BYTES or len(page) == MAXIMUM_RECORDS:
            yield PersonalDataPage(records=tuple(page), last=False)
            page, size = [], 0
        page.append(record)
        size += needed
    yield PersonalDataPage(records=tuple(page), last=True)
