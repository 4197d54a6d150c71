"""An export or import: long work, done in turns, each of which goes on where the one before it stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

KEPT = timedelta(days=7)
"""How long a job and its files are kept after it was asked for."""

POLL_AFTER_SECONDS = 2

Kind: TypeAlias = Literal["export", "service-export", "import"]
Status: TypeAlias = Literal["awaiting_upload", "queued", "running", "completed", "failed"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """How far an export or import is.

    Attributes:
        kind: what it is.
        id: unique within its kind.
        status: ``completed`` and ``failed`` are final.
        requested_at: when it was asked for, in seconds since 1970.
        run: the turn of work that may go on with it.
        version: grows with every checkpoint: of two who work on it at once, one is told that it is not alone.
        progress: JSON text that the kind of work alone understands.
        started_at: when work began, in seconds since 1970.
        finished_at: when it ended.
        problem: why it failed.
    """

    kind: Kind
    id: str
    status: Status = "queued"
    requested_at: int
    run: int = 1
    version: int = 1
    progress: str = "{}"
    started_at: int | None = None
    finished_at: int | None = None
    problem: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self.status in ("completed", "failed")

    @property
    def expires_at(self) -> int:
        """When it and its files are forgotten."""
        return self.requested_at + int(KEPT.total_seconds())

    def started(self, progress: object) -> Job:
        """Give the job when there is all that it needs, and work may begin."""
        return replace(self, status="queued", version=self.version + 1, progress=_text(progress))

    def advanced(self, progress: object, *, now: int) -> Job:
        """Give the job at its next checkpoint.

        Args:
            progress: what ``json`` can write.
            now: seconds since 1970.
        """
        return replace(
            self,
            status="running",
            version=self.version + 1,
            progress=_text(progress),
            started_at=self.started_at or now,
        )

    def handed_over(self) -> Job:
        """Give the job as the next turn of work finds it."""
        return replace(self, run=self.run + 1, version=self.version + 1)

    def completed(self, progress: object, *, now: int) -> Job:
        """Give the job when all is done."""
        return replace(self.advanced(progress, now=now), status="completed", finished_at=now)

    def failed(self, problem: str, *, now: int) -> Job:
        """Give the job when it cannot be done: with a sentence for whoever asked for it."""
        return replace(self, status="failed", version=self.version + 1, problem=problem, finished_at=now)


def _text(progress: object) -> str:
    return json.dumps(progress, separators=(",", ":"))


def time_text(seconds: int | None) -> str | None:
    """Give a time as RFC 3339 text."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
