"""A large file, written as pieces and joined in the end.

A piece is some lines, compressed; joined, they are one file to any reader of gzip (RFC 1952, section 2.2). Each is
an object under a name that nobody else uses and an item that names it, written with the checkpoint. So of two who work
at once, the pieces of one count, and the others are never seen.

The joining is work in turns too: a step uploads one part of at least 8 MiB, of which S3 wants 5.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from uuid import uuid4

from catalog.files import Files
from catalog.job import Job
from catalog.job_repository import job_key
from store.operations import Put
from store.table import Table

PART_BYTES = 8 * 1024 * 1024
_COMPRESSION_LEVEL = 6
_PIECES_A_QUERY = 100


@dataclass(frozen=True, kw_only=True)
class Joining:
    """How far the pieces are joined.

    Attributes:
        pieces: how many there are in all.
        joined: how many of them are in uploaded parts.
        upload: the upload's id, when it has begun.
        tags: of the parts that were uploaded.
        key: of the whole file, when it is there.
    """

    pieces: int = 0
    joined: int = 0
    upload: str | None = None
    tags: Sequence[str] = field(default_factory=tuple)
    key: str | None = None

    def document(self) -> dict[str, object]:
        """Give it as ``json`` can write it."""
        return asdict(self)


def write_piece(files: Files, job: Job, lines: Sequence[str], *, number: int) -> Put:
    """Store a piece; give the write that makes it count, to be part of the checkpoint.

    Args:
        files: where to.
        job: whose piece it is.
        lines: at least one, without their line ends.
        number: of the piece, from 0.
    """
    key = f"pieces/{job.kind}/{job.id}/{number:06d}-{uuid4().hex}"
    text = "\n".join(lines) + "\n"
    files.put(key, gzip.compress(text.encode(), _COMPRESSION_LEVEL, mtime=0))
    item = {"pk": job_key(job.kind, job.id), "sk": _piece(number), "key": key, "expires_at": job.expires_at}
    return Put(item=item)


def join_some(table: Table, files: Files, job: Job, joining: Joining, *, key: str, name: str) -> Joining:
    """Do one step of joining; give how far it is then. It is done when it has a key. A step may be repeated.

    Args:
        table: the catalog.
        files: where pieces and file are.
        job: whose they are.
        joining: how far it is.
        key: of the whole file.
        name: under which a browser saves it.
    """
    if joining.upload is None:
        return replace(joining, upload=files.begin_upload(key, name=name))
    if joining.tags and joining.joined == joining.pieces:
        files.complete_upload(key, joining.upload, joining.tags)
        return replace(joining, key=key)
    content, joined = _next_part(table, files, job, joining)
    tag = files.upload_part(key, joining.upload, number=len(joining.tags) + 1, content=content)
    return replace(joining, joined=joined, tags=(*joining.tags, tag))


def _next_part(table: Table, files: Files, job: Job, joining: Joining) -> tuple[bytes, int]:
    content, joined = bytearray(), joining.joined
    while joined < joining.pieces and len(content) < PART_BYTES:
        for key in _keys(table, job, first=joined, last=joining.pieces - 1):
            content += files.get(key)
            joined += 1
            if len(content) >= PART_BYTES:
                break
    # A file without any line is a file as well.
    return bytes(content) or gzip.compress(b"", mtime=0), joined


def _keys(table: Table, job: Job, *, first: int, last: int) -> list[str]:
    found = table.query(
        "pk = :pk AND sk BETWEEN :first AND :last",
        values={":pk": job_key(job.kind, job.id), ":first": _piece(first), ":last": _piece(last)},
        limit=_PIECES_A_QUERY,
        consistent=True,
    )
    return [str(item["key"]) for item in found]


def _piece(number: int) -> str:
    return f"PIECE#{number:06d}"
