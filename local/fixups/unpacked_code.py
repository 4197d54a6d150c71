"""A function's code is unpacked and compiled once, not by each of its processes.

The emulator unpacks the whole bundle (45 MB with dependencies) for every process it starts, and Python then compiles
it anew: 1.2 s of a cold start of 1.8 s. Here a bundle is unpacked once into a folder named by its digest, and every
process gets links into it.
"""

import hashlib
import os
import threading
import types
import zipfile
from pathlib import Path
from typing import IO, Any

from ministack.core import lambda_runtime

_unpacking = threading.Lock()


def install(scratch: Path) -> None:
    """Replaces the emulator's way to unpack a function's code.

    Args:
        scratch: Folder for unpacked code; it may be deleted whenever no function runs.
    """
    if lambda_runtime.zipfile is not zipfile:
        raise RuntimeError("ministack changed: its lambda_runtime does not unpack with zipfile any more")

    class LinkedZipFile(zipfile.ZipFile):
        """A bundle whose entries appear in a folder as links to the one unpacked copy."""

        def __init__(self, file: str | IO[bytes], *arguments: Any, **options: Any) -> None:
            super().__init__(file, *arguments, **options)
            self._path = Path(file) if isinstance(file, str) else None

        def extractall(self, path: Any = None, *arguments: Any, **options: Any) -> None:
            """Links a function's code; anything else, like a layer, is unpacked as ever."""
            if self._path is None or self._path.name != "code.zip":
                super().extractall(path, *arguments, **options)
                return
            for entry in self._unpacked(self._path).iterdir():
                (Path(path) / entry.name).symlink_to(entry)

        def _unpacked(self, bundle: Path) -> Path:
            folder = scratch / f"code-{hashlib.sha256(bundle.read_bytes()).hexdigest()[:32]}"
            with _unpacking:
                if not folder.exists():
                    unfinished = folder.with_suffix(".unfinished")
                    super().extractall(unfinished)
                    (unfinished / "__pycache__").mkdir(exist_ok=True)
                    os.replace(unfinished, folder)
            return folder

    replaced = types.ModuleType("zipfile")
    replaced.__dict__.update(vars(zipfile), ZipFile=LinkedZipFile)
    lambda_runtime.zipfile = replaced
