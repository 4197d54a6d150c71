"""Entity tags and the conditions that clients make with them (RFC 9110, sections 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from edge import problem

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"[ \t]*(?:,[ \t]*)*{_TAG}(?:[ \t]*,[ \t]*(?:{_TAG})?)*[ \t]*\Z")
_TAGS = re.compile(_TAG)
_WEAK = "W/"


def strong_tag(value: str | int) -> str:
    """Give the strong entity tag of a representation, e.g. ``"7"`` with its quotes.

    Args:
        value: what changes with every change of the representation: visible ASCII without quotes.
    """
    return f'"{value}"'


@dataclass(frozen=True)
class TagCondition:
    """The value of an If-Match or If-None-Match header.

    Attributes:
        any: the header was ``*``: any representation at all.
        tags: the tags listed, weak ones with their ``W/``.
    """

    any: bool
    tags: tuple[str, ...]

    @classmethod
    def parse(cls, header: str, *, name: str) -> TagCondition:
        """Read a header's value.

        Args:
            header: the value, e.g. ``"3", W/"4"`` or ``*``.
            name: the header's name, for the problem.

        Raises:
            Problem: 400 when it is neither ``*`` nor a list of entity tags.
        """
        if header.strip(" \t") == "*":
            return cls(any=True, tags=())
        if not _LIST.match(header):
            raise problem.bad_request(
                f'{name} is {header[:100]!r}; send * or entity tags in quotes such as "3", as a read gives them in ETag'
            )
        return cls(any=False, tags=tuple(_TAGS.findall(header)))

    def matches_strongly(self, current: str | None) -> bool:
        """Say whether the current strong tag is meant; a weak tag never is. None: there is no representation."""
        return current is not None and (self.any or current in self.tags)

    def matches_weakly(self, current: str | None) -> bool:
        """Say whether the current tag is meant, weak or strong: good enough to answer "not modified"."""
        return current is not None and (self.any or current in {tag.removeprefix(_WEAK) for tag in self.tags})


def require_preconditions(headers: Mapping[str, str], *, current: str | None) -> None:
    """Refuse a write whose If-Match or If-None-Match does not hold.

    Args:
        headers: the request's headers, names in lower case.
        current: strong tag of what is there now, None when nothing is.

    Raises:
        Problem: 412 when a condition does not hold, 400 when one cannot be read.
    """
    if (header := headers.get("if-match")) is not None and not TagCondition.parse(
        header, name="If-Match"
    ).matches_strongly(current):
        raise problem.precondition_failed(
            f"If-Match is {header[:100]}, the current entity tag is {current}"
            if current
            else f"If-Match is {header[:100]}, but there is nothing yet"
        )
    if (header := headers.get("if-none-match")) is not None and TagCondition.parse(
        header, name="If-None-Match"
    ).matches_weakly(current):
        raise problem.precondition_failed(f"If-None-Match is {header[:100]}, the current entity tag is {current}")


def is_unmodified(headers: Mapping[str, str], *, current: str) -> bool:
    """Say whether a read can be answered by 304, the client having this representation already.

    Raises:
        Problem: 400 when If-None-Match cannot be read.
    """
    header = headers.get("if-none-match")
    return header is not None and TagCondition.parse(header, name="If-None-Match").matches_weakly(current)
