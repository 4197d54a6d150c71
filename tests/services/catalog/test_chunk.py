from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.chunk import take_lines

LONGEST = 8
RANGE = 12


def read(data: bytes, *, most: int) -> list[bytes | None]:
    """Read a file range by range."""
    found: list[bytes | None] = []
    offset, in_long_line = 0, False
    while offset < len(data):
        chunk = take_lines(
            data[offset : offset + RANGE],
            start=offset,
            size=len(data),
            in_long_line=in_long_line,
            longest=LONGEST,
            most=most,
        )
        assert chunk.end > offset, "it must come forward"
        found += chunk.lines
        offset, in_long_line = chunk.end, chunk.in_long_line
    return found


@given(
    st.lists(st.sampled_from([b"", b" ", b"a", b"bcdefgh", b"12345678", b"123456789", b"x" * 11, b"y" * 40])),
    st.booleans(),
    st.integers(1, 5),
)
def test_lines_are_those_of_the_whole_file_wherever_ranges_end(lines: list[bytes], ended: bool, most: int) -> None:
    data = b"\n".join(lines) + (b"\n" if ended else b"")
    expected = [line if len(line) <= LONGEST else None for line in data.split(b"\n") if line.strip()]
    assert read(data, most=most) == expected
