from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scaffolding.service import TEMPLATE, ScaffoldingError, write_service

CHECKOUT = Path(__file__).parents[2]


def test_a_file_that_is_there_stays_as_it_is_and_nothing_is_written(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / TEMPLATE, tmp_path / TEMPLATE)
    agreed = tmp_path / "lambdas/contracts/gift_notes_events.py"
    agreed.parent.mkdir(parents=True)
    agreed.write_text("agreed before there was a service")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(ScaffoldingError, match=r"lambdas/contracts/gift_notes_events\.py exists already"):
        write_service("gift_notes", tmp_path, say=print)

    assert agreed.read_text() == "agreed before there was a service"
    assert sorted(tmp_path.rglob("*")) == before
