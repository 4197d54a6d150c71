"""Lines out of a file that is read range by range, never as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.import_rows import MAXIMUM_ROWS
from catalog.product import MAXIMUM_PRODUCT_BYTES

CHUNK_BYTES = 1024 * 1024
"""Read at a time: more than the longest line, so that each range holds at least the end of one."""

LINES = 2 * MAXIMUM_ROWS
"""Taken of a range at most: a few seconds of work."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """What was taken of a range.

    Attributes:
        lines: not blank, without their ends; None for one that is longer than any product may be.
        end: where the next range begins.
        in_long_line: whether it begins within a line that was too long, of which the rest is passed over.
    """

    lines: list[bytes | None]
    end: int
    in_long_line: bool


def take_lines(
    data: bytes, *, start: int, size: int, in_long_line: bool, longest: int = MAXIMUM_PRODUCT_BYTES, most: int = LINES
) -> Chunk:
    """Take whole lines of a range; one that is cut off at its end is left for the next.

    Args:
        data: the range, longer than ``longest`` unless it is the file's last.
        start: where in the file it begins.
        size: the file's, in bytes.
        in_long_line: what the chunk before said.
        longest: a line that may be read, in bytes.
        most: lines to take.
    """
    lines: list[bytes | None] = []
    is_last = start + len(data) >= size
    position = 0
    while len(lines) < most and position < len(data):
        line_end = data.find(b"\n", position)
        line = data[position : line_end if line_end >= 0 else len(data)]
        if line_end < 0 and not is_last:
            if not in_long_line and len(line) <= longest:
                break
            if not in_long_line:
                lines.append(None)
            position, in_long_line = len(data), True
            break
        position += len(line) + 1
        if not in_long_line and line.strip():
            lines.append(line if len(line) <= longest else None)
        in_long_line = False
    return Chunk(lines=lines, end=min(start + position, size), in_long_line=in_long_line)
