import re
from importlib import metadata
from pathlib import Path

import pytest

from local import fixups
from local.failure import FailureError
from local.places import CHECKOUT, Places


def test_another_release_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fixups, "version", lambda _name: "1.5.34")

    with pytest.raises(FailureError, match=r"ministack 1\.5\.34 is installed, but the fix-ups are for 1\.5\.33"):
        fixups.install_all(Places(root=tmp_path))


def test_the_pinned_release_is_the_one_the_fix_ups_are_made_for() -> None:
    assert metadata.version("ministack") == fixups.SUPPORTED


def test_every_fix_up_is_explained_in_the_guide() -> None:
    installed = {
        file.stem for file in Path(fixups.__file__).parent.glob("*.py") if "\ndef install(" in file.read_text()
    }

    explained = re.findall(r"^\| `(\w+)` \|", (CHECKOUT / "docs/local-aws.md").read_text(), re.MULTILINE)

    assert sorted(explained) == sorted(installed)


def test_a_changed_worker_script_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.core import lambda_runtime

    from local.fixups import silent_invocations

    monkeypatch.setattr(lambda_runtime, "_PYTHON_WORKER_SCRIPT", "print('another script')")

    with pytest.raises(RuntimeError, match="ministack changed"):
        silent_invocations.install()
