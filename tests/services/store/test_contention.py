from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from store import contention
from store.contention import ATTEMPTS, until_written
from store.errors import ConditionFailedError, ThrottledError, TransactionCanceledError
from store.operations import ABSENT, Put, version_is
from store.table import Table


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contention, "FIRST_PAUSE_SECONDS", 0.001)


def test_every_one_of_many_writers_gets_through(table: Table) -> None:
    table.write(Put(item={"pk": "a", "sk": "a", "version": 0}, condition=ABSENT))

    def grow(_writer: int) -> int:
        def write(_attempt: int) -> int:
            version = cast(int, (table.get("a", "a", consistent=True) or {})["version"])
            table.write(Put(item={"pk": "a", "sk": "a", "version": version + 1}, condition=version_is(version)))
            return version

        return until_written(write, what="a")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(grow, range(12))) == list(range(12))


@pytest.mark.parametrize("error", [ConditionFailedError("x"), TransactionCanceledError("x")])
def test_who_never_gets_through_is_throttled(error: Exception) -> None:
    attempts: list[int] = []

    def write(attempt: int) -> None:
        attempts.append(attempt)
        raise error

    with pytest.raises(ThrottledError, match="too many writers of the cart"):
        until_written(write, what="the cart")
    assert attempts == list(range(ATTEMPTS))


def test_a_writer_says_how_often_it_tries() -> None:
    attempts: list[int] = []

    def write(attempt: int) -> None:
        attempts.append(attempt)
        raise TransactionCanceledError("x")

    with pytest.raises(ThrottledError):
        until_written(write, what="a", attempts=13, longest_pause=0.002)
    assert attempts == list(range(13))


def test_a_refusal_is_not_tried_again() -> None:
    attempts: list[int] = []

    def write(attempt: int) -> None:
        attempts.append(attempt)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        until_written(write, what="the cart")
    assert attempts == [0]
