"""Work that dies at any of its calls, before the call has its effect or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from catalog.files import Files
from store.table import Table


class Killed(Exception):  # noqa: N818  # it is what happened
    """The process ended here."""


@dataclass
class Death:
    """Kills at one call that changes or reads something.

    Attributes:
        at: the number of the call, from 0.
        after: whether the call has its effect first.
        calls: how many there were.
    """

    at: int
    after: bool
    calls: int = 0

    @property
    def struck(self) -> bool:
        return self.calls > self.at


def lurking(monkeypatch: pytest.MonkeyPatch, death: Death) -> None:
    """Let a death strike at a call to the table or the bucket."""

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*given: Any, **named: Any) -> Any:
            number = death.calls
            death.calls += 1
            if number == death.at and not death.after:
                raise Killed
            try:
                return call(*given, **named)
            finally:
                if number == death.at:
                    raise Killed

        return wrapper

    for owner, names in (
        (Table, ("get", "get_many", "query", "write", "transact")),
        (Files, ("put", "get", "range", "begin_upload", "upload_part", "complete_upload")),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, watched(getattr(owner, name)))
