"""A rebuild: the index made again from the catalog's export, in turns, each of which goes on where one stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, TypeAlias

KEPT = timedelta(days=7)
"""How long it is told how a rebuild went; the export that it reads is kept as long."""

POLL_AFTER_SECONDS = 2

Stage: TypeAlias = Literal["export", "load", "withdraw", "categories", "index"]
Status: TypeAlias = Literal["queued", "running", "completed", "failed"]


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """How far a rebuild is.

    Attributes:
        id: as whoever asked for it chose.
        status: ``completed`` and ``failed`` are final.
        stage: what is being done: waiting for the catalog's ``export``, the ``load`` of its lines into the projection,
            the ``withdraw`` of what the catalog does not have, the tree of ``categories``, the ``index`` itself.
        run: the turn of work that may go on with it.
        version: grows with every checkpoint: of two who work on it at once, one is told that it is not alone.
        requested_at: when it was asked for, in seconds since 1970.
        export_started_at: when the catalog began its export.
        lines: of the export that have been loaded.
        corrected: products that search knew otherwise, or not at all.
        withdrawn: products that search had and the catalog has not.
        unreadable: lines that are no product; they change nothing.
        finished_at: when it ended.
        problem: why it failed.
    """

    id: str
    status: Status = "queued"
    stage: Stage = "export"
    run: int = 1
    version: int = 1
    requested_at: int
    export_started_at: int | None = None
    lines: int = 0
    corrected: int = 0
    withdrawn: int = 0
    unreadable: int = 0
    finished_at: int | None = None
    problem: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self.status in ("completed", "failed")

    @property
    def export_id(self) -> str:
        """The catalog's export that belongs to it, under an id that no other caller will choose."""
        return f"search-{sha256(self.id.encode()).hexdigest()[:32]}"

    @property
    def expires_at(self) -> int:
        """When it is forgotten."""
        return self.requested_at + int(KEPT.total_seconds())

    def advanced(self, **fields: Any) -> Rebuild:
        """Give it as it is at its next checkpoint, with these fields changed."""
        return replace(self, version=self.version + 1, **({"status": "running"} | fields))

    def document(self) -> Mapping[str, object]:
        """Give it as clients see it."""
        return {
            "id": self.id,
            "status": self.status,
            "stage": self.stage,
            "requested_at": _time(self.requested_at),
            "finished_at": _time(self.finished_at),
            "expires_at": _time(self.expires_at),
            "lines": self.lines,
            "corrected": self.corrected,
            "withdrawn": self.withdrawn,
            "unreadable": self.unreadable,
            "problem": self.problem,
        }


def _time(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
