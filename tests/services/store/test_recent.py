from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from store.errors import UnavailableError
from store.recent import Recent
from tests.services.passing_time import PassingTime


def test_a_value_is_read_again_when_it_is_too_old(passing: PassingTime) -> None:
    recent: Recent[str, int] = Recent(seconds=2.0, most=10)
    values = iter(range(10))

    def read() -> int:
        passing.seconds(1.5)
        return next(values)

    assert recent.find("a", read) == 0
    assert recent.find("a", read) == 0
    passing.seconds(0.5)
    assert recent.find("a", read) == 1
    assert recent.find("b", read) == 2


def test_a_clock_that_is_put_back_keeps_nothing_alive(passing: PassingTime) -> None:
    recent: Recent[str, int] = Recent(seconds=2.0, most=10)
    values = iter(range(10))
    recent.find("a", lambda: next(values))
    passing.seconds(-60)
    assert recent.find("a", lambda: next(values)) == 1


def test_of_many_only_those_are_read_that_are_not_kept() -> None:
    recent: Recent[str, int] = Recent(seconds=60, most=10)
    asked: list[list[str]] = []

    def read(keys: list[str]) -> dict[str, int]:
        asked.append(keys)
        return {key: len(key) for key in keys if key != "none"}

    assert recent.find_many(["a", "none"], read) == {"a": 1}
    assert recent.find_many(["a", "bb", "none"], read) == {"a": 1, "bb": 2}
    assert recent.find_many(["bb"], read) == {"bb": 2}
    assert asked == [["a", "none"], ["bb", "none"]]


def test_it_does_not_grow_for_ever() -> None:
    recent: Recent[int, int] = Recent(seconds=60, most=3)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: recent.find(number, lambda: number), range(100)))
    read: list[int] = []
    recent.find_many(range(100), lambda keys: {key: read.append(key) or key for key in keys})  # type: ignore[func-returns-value]
    assert len(read) == 97


def test_what_could_not_be_read_is_not_kept() -> None:
    recent: Recent[str, int] = Recent(seconds=60, most=3)

    def fail() -> int:
        raise UnavailableError("no answer")

    with pytest.raises(UnavailableError):
        recent.find("a", fail)
    assert recent.find("a", lambda: 1) == 1
