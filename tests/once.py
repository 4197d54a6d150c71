"""What takes long is made once for all processes that run tests, by the first one that needs it."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path


class Shared:
    """The folder that all processes of one run of pytest share; it is a new one at every run."""

    folder: Path | None = None


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Gives a folder that was made once in this run; whoever comes meanwhile waits until it is whole.

    Args:
        name: The folder's.
        make: Gets the empty folder and fills it. When it fails, the next one that asks begins again.
    """
    assert Shared.folder, "tests share what they make while they run, not while they are collected"
    folder, whole = Shared.folder / name, Shared.folder / f"{name}.whole"
    with (Shared.folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
