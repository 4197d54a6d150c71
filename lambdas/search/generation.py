"""A generation: one state of the whole index, described by a manifest and never changed once written."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from search.schema import SCHEMA_VERSION


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
        schema_version: `search.schema.SCHEMA_VERSION` of the code that wrote it.
    """

    name: str
    number: int
    meta: str
    files: Mapping[str, str]
    retired: Mapping[str, int] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    @property
    def bundles(self) -> frozenset[str]:
        """The bundles without which this generation cannot be opened: those of its files, and its own."""
        return frozenset(self.files.values()) | {self.name}

    def to_json(self) -> str:
        """Give the manifest as it stands in the bundle."""
        return json.dumps(
            {
                "name": self.name,
                "number": self.number,
                "meta": self.meta,
                "files": dict(self.files),
                "retired": dict(self.retired),
                "schema_version": self.schema_version,
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Generation:
        """Read a manifest; what a newer schema version adds is ignored."""
        manifest = json.loads(text)
        return cls(**{name: manifest[name] for name in cls.__slots__})


def generation_name(number: int) -> str:
    """Make a name that no other attempt at this generation shares: the loser of a race never overwrites the winner."""
    return f"{number:010d}-{secrets.token_hex(8)}"
