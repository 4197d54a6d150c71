"""Exports: every product as a line, shard by shard, in pieces that are joined in the end.

What a reader may rely on: a product that keeps its status while the export runs is in it exactly once, as it was at one
moment between start and end. One that is created, published, withdrawn or deleted meanwhile is in it or not, and never
twice. That holds because ids are read in order and none is read again, however often the work is interrupted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

from catalog.files import Files
from catalog.job import Job
from catalog.job_repository import JobRepository
from catalog.listing import page_of_shard
from catalog.pieces import Joining, join_some, write_piece
from catalog.record import SHARDS, ListedStatus

PIECE_BYTES = 4 * 1024 * 1024
"""Lines of a piece before they are compressed: a second of work, and little to do again."""

_PAGE = 1000
"""Of the largest products 100 MB, which the function has room for; of usual ones what DynamoDB gives at once."""

ALL: Sequence[ListedStatus] = ("draft", "published")


@dataclass(frozen=True, kw_only=True)
class ExportProgress:
    """How far an export is.

    Attributes:
        statuses: of the products that it is of.
        shard: that is being read; ``SHARDS`` when all are.
        after: the last id that was read of it.
        products: how many lines there are so far.
        joining: the file.
    """

    statuses: Sequence[ListedStatus] = ALL
    shard: int = 0
    after: str = ""
    products: int = 0
    joining: Joining = field(default_factory=Joining)

    @classmethod
    def of(cls, job: Job) -> ExportProgress:
        """Read a job's progress."""
        document = json.loads(job.progress)
        return cls(**(document | {"joining": Joining(**document["joining"])}))

    def document(self) -> dict[str, object]:
        """Give it as ``json`` can write it."""
        return asdict(self)


class ExportWork:
    """Does exports, a step at a time.

    Args:
        jobs: where they are kept.
        files: where their files are.
        clock: seconds since 1970.
    """

    def __init__(self, jobs: JobRepository, files: Files, *, clock: Callable[[], float] = time.time) -> None:
        self._jobs = jobs
        self._files = files
        self._clock = clock

    def step(self, job: Job) -> Job:
        """Go on with an export until its next checkpoint; give it as it is then.

        Raises:
            OvertakenError: somebody else goes on with it.
        """
        progress = ExportProgress.of(job)
        if progress.shard < SHARDS:
            return self._read(job, progress)
        name = f"products-{job.id}.ndjson.gz"
        key = f"exports/{job.kind}/{job.id}.ndjson.gz"
        joining = join_some(self._jobs.table, self._files, job, progress.joining, key=key, name=name)
        following = replace(progress, joining=joining).document()
        now = int(self._clock())
        done = job.completed(following, now=now) if joining.key else job.advanced(following, now=now)
        return self._jobs.advance(job, done)

    def _read(self, job: Job, progress: ExportProgress) -> Job:
        lines: list[str] = []
        size, shard, after = 0, progress.shard, progress.after
        while shard < SHARDS and size < PIECE_BYTES:
            records, end = page_of_shard(self._jobs.table, shard, statuses=progress.statuses, after=after, limit=_PAGE)
            lines += [record["document"] for record in records]
            size += sum(len(record["document"]) for record in records)
            shard, after = (shard, end) if end is not None else (shard + 1, "")
        number = progress.joining.pieces
        piece = [write_piece(self._files, job, lines, number=number)] if lines else []
        following = replace(
            progress,
            shard=shard,
            after=after,
            products=progress.products + len(lines),
            joining=replace(progress.joining, pieces=number + len(piece)),
        )
        advanced = job.advanced(following.document(), now=int(self._clock()))
        return self._jobs.advance(job, advanced, alongside=piece)
