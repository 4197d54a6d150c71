"""A bundle: the files that one commit added to the index, with its manifest, as a single object.

A zip, because the standard library reads it member by member, checks a CRC of each and `unzip -l` shows it to people.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from search.generation import Generation

_MANIFEST = "manifest.json"


def pack(generation: Generation, directory: Path) -> bytes:
    """Pack a generation's manifest and those of its files that are in its own bundle.

    Args:
        generation: what to pack.
        directory: where its files are.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        bundle.writestr(_MANIFEST, generation.to_json())
        for name, origin in sorted(generation.files.items()):
            if origin == generation.name:
                bundle.write(directory / name, name)
    return content.getvalue()


def read_generation(content: bytes) -> Generation:
    """Give the generation whose bundle this is."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return Generation.from_json(bundle.read(_MANIFEST))


def unpack(content: bytes, names: Iterable[str], directory: Path) -> None:
    """Write the named files of a bundle into a directory.

    Raises:
        zipfile.BadZipFile: when a file's content is damaged.
        KeyError: when a name is not in the bundle.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        for name in names:
            (directory / name).write_bytes(bundle.read(name))
