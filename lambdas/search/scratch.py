"""Where a process keeps its files: a directory of its own under the temporary one, all that Lambda lets it write."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def scratch_directory() -> Path:
    """Make an empty directory that no other process uses, removed when this one ends.

    A process that is killed leaves its own behind. On Lambda it goes with the environment; elsewhere the next process
    removes what belongs to nobody any more.
    """
    root = Path(tempfile.gettempdir()) / f"search-index-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    for left in root.iterdir():
        if not _is_running(left.name.partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    own = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
