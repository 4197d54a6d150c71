"""Imports: a file of lines, read range by range, each row written as a single write would write it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus

from catalog.bulk_import import RowReport
from catalog.chunk import CHUNK_BYTES, Chunk, take_lines
from catalog.files import ChangedFileError, Files, MissingFileError
from catalog.import_rows import ImportRow, faulty_row, row_of_line, too_large_row
from catalog.job import Job
from catalog.job_repository import JobRepository
from catalog.pieces import Joining, join_some, write_piece
from catalog.product import MAXIMUM_PRODUCT_BYTES
from catalog.row_writer import RowWriter
from edge.problem import Problem
from edge.response import json_text


@dataclass(frozen=True, kw_only=True)
class ImportProgress:
    """How far an import is.

    Attributes:
        size: the file's, in bytes.
        tag: of the file as it was when the import was started: another one is not gone on with.
        offset: bytes that were read.
        in_long_line: whether the next byte belongs to a line that was too long.
        rows: how many rows there were so far.
        created: how many of them were new products.
        updated: how many changed one.
        unchanged: how many were there already.
        rejected: how many were no product, or wanted another's SKU.
        joining: the report's file.
    """

    size: int = 0
    tag: str = ""
    offset: int = 0
    in_long_line: bool = False
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    joining: Joining = field(default_factory=Joining)

    @classmethod
    def of(cls, job: Job) -> ImportProgress:
        """Read a job's progress."""
        document = json.loads(job.progress)
        return cls(**(document | {"joining": Joining(**document["joining"])}))

    def document(self) -> dict[str, object]:
        """Give it as ``json`` can write it."""
        return asdict(self)


def upload_key(import_id: str) -> str:
    """Give the key of an import's file."""
    return f"uploads/{import_id}.ndjson"


class ImportWork:
    """Does imports, a step at a time.

    Args:
        jobs: where they are kept.
        files: where their files are.
        correlation_id: of the request that started it, for the events.
        clock: seconds since 1970.
    """

    def __init__(
        self, jobs: JobRepository, files: Files, *, correlation_id: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._jobs = jobs
        self._files = files
        self._correlation_id = correlation_id
        self._clock = clock

    def step(self, job: Job) -> Job:
        """Go on with an import until its next checkpoint; give it as it is then.

        Raises:
            OvertakenError: somebody else goes on with it.
            UnavailableError: table or bucket do not answer.
        """
        progress = ImportProgress.of(job)
        if progress.offset < progress.size:
            return self._read(job, progress)
        key, name = f"reports/{job.id}.ndjson.gz", f"import-{job.id}.ndjson.gz"
        joining = join_some(self._jobs.table, self._files, job, progress.joining, key=key, name=name)
        following = replace(progress, joining=joining).document()
        now = int(self._clock())
        done = job.completed(following, now=now) if joining.key else job.advanced(following, now=now)
        return self._jobs.advance(job, done)

    def _read(self, job: Job, progress: ImportProgress) -> Job:
        now = int(self._clock())
        try:
            data = self._files.range(upload_key(job.id), start=progress.offset, length=CHUNK_BYTES, tag=progress.tag)
        except (ChangedFileError, MissingFileError):
            gone = Problem(
                HTTPStatus.CONFLICT,
                "file-changed",
                f"the file was replaced or removed after {progress.rows} rows; import the whole file anew: what was "
                "written stays, and its rows will be unchanged",
            )
            return self._jobs.advance(job, job.failed(json_text(gone.document()), now=now))
        chunk = take_lines(data, start=progress.offset, size=progress.size, in_long_line=progress.in_long_line)
        writer = RowWriter(
            self._jobs.table,
            import_id=job.id,
            correlation_id=self._correlation_id,
            expires_at=job.expires_at,
        )
        reports = writer.write(_rows(chunk, first=progress.rows + 1))
        number = progress.joining.pieces
        lines = [json_text(report.document()) for report in reports]
        piece = [write_piece(self._files, job, lines, number=number)] if lines else []
        following = replace(
            _counted(progress, reports),
            offset=chunk.end,
            in_long_line=chunk.in_long_line,
            joining=replace(progress.joining, pieces=number + len(piece)),
        )
        return self._jobs.advance(job, job.advanced(following.document(), now=now), alongside=piece)


def _rows(chunk: Chunk, *, first: int) -> list[ImportRow]:
    return [_row(number, line) for number, line in enumerate(chunk.lines, start=first)]


def _row(number: int, line: bytes | None) -> ImportRow:
    if line is None:
        return too_large_row(number, MAXIMUM_PRODUCT_BYTES + 1)
    try:
        return row_of_line(number, line.decode())
    except UnicodeDecodeError as error:
        return faulty_row(number, "unicode_invalid", f"is not UTF-8: byte {error.start} of the line")


def _counted(progress: ImportProgress, reports: list[RowReport]) -> ImportProgress:
    outcomes = [report.outcome for report in reports]
    return replace(
        progress,
        rows=progress.rows + len(outcomes),
        created=progress.created + outcomes.count("created"),
        updated=progress.updated + outcomes.count("updated"),
        unchanged=progress.unchanged + outcomes.count("unchanged"),
        rejected=progress.rejected + outcomes.count("rejected"),
    )
