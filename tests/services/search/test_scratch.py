from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from search.scratch import scratch_directory


def test_a_process_gets_a_directory_of_its_own_and_clears_up_after_the_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first = scratch_directory()
    (first / "file").touch()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = first.parent / f"{ended.pid}-left"
    dead.mkdir()
    (dead / "file").touch()
    second = scratch_directory()
    assert first.parent == second.parent
    assert {first, second} == set(first.parent.iterdir())
    assert first.name.startswith(f"{os.getpid()}-")
    assert (first / "file").exists()
