"""An environment as a team has it that never saw this checkout: an interpreter, the wheel, and what that needs."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import uv

CHECKOUT = Path(__file__).parents[2]


def run(
    command: Sequence[str | Path], *, folder: Path = CHECKOUT, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it says is in the result, and in the failure if it fails."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    result = subprocess.run(
        command, cwd=folder, env={**inherited, **(variables or {})}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """Somebody's environment.

    Attributes:
        python: Its interpreter.
    """

    python: Path

    def run(
        self, *arguments: str | Path, folder: Path, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run its Python."""
        return run([self.python, *arguments], folder=folder, variables=variables)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as it would be for a registry."""
    folder = tmp_path_factory.mktemp("wheel")
    run([uv.find_uv_bin(), "build", "--quiet", "--wheel", CHECKOUT / "constructs", "--out-dir", folder])
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def consumer(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """An environment with nothing but the wheel, its dependencies in the versions that this checkout pins."""
    folder = tmp_path_factory.mktemp("consumer")
    pins = folder / "pins.txt"
    locked = (CHECKOUT / "requirements.txt").read_text().splitlines(keepends=True)
    pins.write_text("".join(line for line in locked if not line.startswith("-e ")))
    python = folder / "venv" / "bin" / "python"
    run([uv.find_uv_bin(), "venv", "--quiet", "--python", sys.executable, folder / "venv"])
    run([uv.find_uv_bin(), "pip", "install", "--quiet", "--python", python, "--constraint", pins, wheel])
    return Consumer(python=python)
