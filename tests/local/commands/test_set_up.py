import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local import set_up
from local.places import CHECKOUT

COPIED = (
    "Makefile",
    "constructs/pyproject.toml",
    "lambdas/pyproject.toml",
    "local/lambda-runtime.txt",
    "local/set_up.py",
    "package-lock.json",
    "requirements.txt",
)
SCRIPT = CHECKOUT / "local" / "set_up.py"
AN_OLD_PYTHON = """#!{python}
import runpy, sys
if sys.argv[1] == "-c":
    sys.exit(1)
sys.version_info = (3, 10, 9, "final", 0)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
A_LINE = "Python 3.10 is too old: 3.11 or newer is needed; name one with `make PYTHON=/path/to/python3 ...`\n"


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    path = tmp_path / "old-python"
    path.write_text(AN_OLD_PYTHON.format(python=sys.executable))
    path.chmod(0o755)
    return path


def test_a_too_old_python_is_told_in_one_line(old_python: Path) -> None:
    result = subprocess.run([old_python, SCRIPT], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout, result.stderr) == (2, "", A_LINE)


def test_make_says_the_same_and_ends_with_exit_code_2(old_python: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in COPIED:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, checkout / name)

    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "url", f"PYTHON={old_python}"]
    result = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout) == (2, "")
    first, *makes_own = result.stderr.splitlines()
    assert first + "\n" == A_LINE
    assert all(line.startswith("make: ***") for line in makes_own), makes_own
    assert not (checkout / ".venv").exists()


def test_an_old_python_can_read_the_script() -> None:
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 4))
    too_new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match)

    assert [node for node in ast.walk(tree) if isinstance(node, too_new)] == []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert all(function.returns is None for function in functions)
    first_statements = [type(statement).__name__ for statement in tree.body[:4]]
    assert first_statements == ["Expr", "Import", "Assign", "If"]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "log").touch()
    monkeypatch.setattr(set_up, "LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def test_a_step_runs_once_again_when_its_inputs_change_and_again_when_it_was_interrupted(
    tmp_path: Path, log: Path
) -> None:
    folder = tmp_path / "made"
    make = [["mkdir", "-p", str(folder)]]

    def runs(inputs: list[str], commands: list[list[str]] = make) -> bool:
        before = log.stat().st_size
        set_up.run_once("a step", str(folder), inputs, commands)
        return log.stat().st_size > before

    assert runs(["1"])
    assert not runs(["1"])
    assert runs(["2"])
    with pytest.raises(set_up.FailureError, match=r"a step: it said nothing \(all of it: .*log\)"):
        runs(["3"], [["false"]])
    assert runs(["2"])
    shutil.rmtree(folder)
    assert runs(["2"])


@pytest.mark.parametrize(
    "output",
    [
        "$ uv\nResolved\n  x Failed to fetch: `https://x/simple/`\n  |-> dns error: failed",
        "$ uv\n  x Failed to fetch: `https://x/simple/`\n  Caused by: client error (Connect)",
        "$ npm\nnpm error code ENOTFOUND\nnpm error network request to https://x failed",
        "$ pip\nWARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution",
    ],
)
def test_a_registry_that_does_not_answer_is_called_so(output: str) -> None:
    assert set_up.reason(output).startswith("the package registry cannot be reached")


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "$ pip\nERROR: Could not find a version\nERROR: No matching distribution found for uv",
            "No matching distribution",
        ),
        ("$ python\nThe virtual environment was not created because ensurepip is not available.", "apt install"),
    ],
)
def test_the_reason_of_a_failed_step_is_one_telling_line(output: str, line: str) -> None:
    reason = set_up.reason(output)

    assert "\n" not in reason
    assert line in reason
