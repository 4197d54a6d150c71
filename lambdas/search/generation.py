"""A generation: one state of the whole index, described by a manifest and never changed once written."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from search import schema


class UnknownGenerationError(Exception):
    """A generation, or a bundle it refers to, is not in the bucket (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Which files make up one state of the index, and where they are.

    Every commit uploads one bundle, named like its generation, with the files it added; the others stay where the
    generations before it put them. So a commit costs one upload and a reader that follows costs one download, however
    large the index is.

    Attributes:
        name: unique for ever, also across rebuilds; the key of its bundle. Starts with its number for the human eye.
        number: one more than that of the generation it was made from.
        meta: the text of tantivy's `meta.json`.
        files: name of the bundle in which each segment file is; equal names in two bundles may differ in content.
        retired: when (epoch seconds) each bundle that was used before went out of use and may still have readers.
        parent: the generation that was current when it was made.
        changed: the products in which it may differ from its parent; None when that may be any.
        schema_version: `search.schema.SCHEMA_VERSION` of the code that wrote it.
        oldest_reader: `search.schema.OLDEST_READER` of that code.
    """

    name: str
    number: int
    meta: str
    files: Mapping[str, str]
    retired: Mapping[str, int] = field(default_factory=dict)
    parent: str | None = None
    changed: Collection[str] | None = None
    schema_version: int = field(default_factory=lambda: schema.SCHEMA_VERSION)
    oldest_reader: int = field(default_factory=lambda: schema.OLDEST_READER)

    @property
    def bundles(self) -> frozenset[str]:
        """The bundles without which this generation cannot be opened: those of its files, and its own."""
        return frozenset(self.files.values()) | {self.name}

    @property
    def is_readable(self) -> bool:
        """Whether this code can answer from it."""
        return self.schema_version >= schema.OLDEST_READABLE and self.oldest_reader <= schema.SCHEMA_VERSION

    def to_json(self) -> str:
        """Give the manifest as it stands in the bundle."""
        return json.dumps(
            {
                "name": self.name,
                "number": self.number,
                "meta": self.meta,
                "files": dict(self.files),
                "retired": dict(self.retired),
                "parent": self.parent,
                "changed": None if self.changed is None else sorted(self.changed),
                "schema_version": self.schema_version,
                "oldest_reader": self.oldest_reader,
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Generation:
        """Read a manifest; what another version of the schema adds is ignored, what it lacks is left out."""
        manifest = json.loads(text)
        return cls(**{name: manifest[name] for name in cls.__slots__ if name in manifest})


def generation_name(number: int) -> str:
    """Make a name that no other attempt at this generation shares: the loser of a race never overwrites the winner."""
    return f"{number:010d}-{secrets.token_hex(8)}"
