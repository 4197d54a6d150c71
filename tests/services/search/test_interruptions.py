"""A process that dies at any moment: the message comes again, and the index ends up right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from search import environment, events
from search.bucket import Bucket
from search.document import Document
from search.pointer import Pointer
from search.projection import Projection
from tests.services.search.conftest import Account
from tests.services.search.products import CONTEXT, batch, deleted, published, snapshot
from tests.services.search.test_indexer import indexed


class Died(BaseException):
    """What nothing catches."""


class Life:
    """Counts the moments before and after every call to the outside; the process dies at one of them."""

    def __init__(self, moments: int) -> None:
        self.moments = moments

    @contextmanager
    def call(self) -> Iterator[None]:
        self._pass()
        yield
        self._pass()

    def _pass(self) -> None:
        self.moments -= 1
        if self.moments < 0:
            raise Died


class MortalBucket(Bucket):
    life: Life

    def put(self, bundle: str, content: bytes) -> None:
        with self.life.call():
            super().put(bundle, content)

    def get(self, bundle: str) -> bytes:
        with self.life.call():
            return super().get(bundle)


class MortalPointer(Pointer):
    life: Life

    def read(self) -> str | None:
        with self.life.call():
            return super().read()

    def swap(self, *, expected: str | None, replacement: str) -> None:
        with self.life.call():
            super().swap(expected=expected, replacement=replacement)


class MortalProjection(Projection):
    life: Life

    def apply(self, document: Document) -> bool:
        with self.life.call():
            return super().apply(document)

    def read(self, ids: Sequence[str]) -> list[Document]:
        with self.life.call():
            return super().read(ids)


def deliver(account: Account, monkeypatch: pytest.MonkeyPatch, messages: list[str], *, life: Life) -> None:
    bucket = MortalBucket(account.bucket_name, client=account.s3)
    pointer = MortalPointer(account.table)
    projection = MortalProjection(account.table, client=account.client)
    bucket.life = pointer.life = projection.life = life
    indexer = account.indexer(bucket=bucket, pointer=pointer, projection=projection)
    monkeypatch.setattr(environment, "projection", lambda: projection)
    monkeypatch.setattr(environment, "indexer", lambda: indexer)
    answer = events.handler(batch(messages), CONTEXT)
    assert answer == {"batchItemFailures": []}


def test_a_death_at_any_moment_is_made_up_for_by_the_next_delivery(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: dict[str, int] = {}
    deliver(account, monkeypatch, [published(snapshot("stays"))], life=Life(10**6))
    expected["stays"] = 1
    moments = 0
    while True:
        messages = [
            published(snapshot(f"new{moments}")),
            published(snapshot("changes", version=moments + 1)),
            published(snapshot(f"goes{moments}")),
            deleted(f"goes{moments}", version=2),
        ]
        expected |= {f"new{moments}": 1, "changes": moments + 1}
        try:
            deliver(account, monkeypatch, messages, life=Life(moments))
        except Died:
            deliver(account, monkeypatch, messages, life=Life(10**6))
        else:
            break
        finally:
            assert indexed(account) == expected
        moments += 1
    # Three documents, the pointer twice, the projection, a bundle at least down and one up: each before and after.
    # (The tombstone and the document it replaces are one write.)
    assert moments >= 14
