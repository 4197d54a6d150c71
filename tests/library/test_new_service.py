"""A service that `make new-service` wrote passes every check as it is."""

import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.library.conftest import CHECKOUT, run

NAME = "gift_notes"
LEFT_OUT = (".git", ".pytest_cache", ".ruff_cache", ".storefront", ".venv", "__pycache__", "cdk.out", "node_modules")
PROGRAMS = Path(sysconfig.get_path("scripts"))

Run = Callable[..., str]


@pytest.fixture(scope="module")
def in_a_copy(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program in a copy of the checkout in which the service was written; gives what it said.

    What `make lint` knows of types is copied too: mypy goes by content, and reading CDK's anew takes 90 s.
    """
    copy = tmp_path_factory.mktemp("copy") / "checkout"
    shutil.copytree(CHECKOUT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    # The environment has this checkout's packages installed; the copy's come before them.
    variables = {"PYTHONPATH": f"{copy / 'lambdas'}:{copy / 'constructs/src'}"}

    def run_there(*command: str | Path) -> str:
        return run(command, folder=copy, variables=variables).stdout

    run_there(sys.executable, "-m", "scaffolding", NAME)
    return run_there


def test_its_style_is_that_of_the_checkout(in_a_copy: Run) -> None:
    in_a_copy(PROGRAMS / "ruff", "check", "--no-cache")
    in_a_copy(PROGRAMS / "ruff", "format", "--check", "--no-cache")


def test_it_is_typed_throughout(in_a_copy: Run) -> None:
    assert "Success" in in_a_copy(PROGRAMS / "mypy")


def test_its_own_tests_and_those_of_every_stack_pass(in_a_copy: Run) -> None:
    tests = (f"tests/services/{NAME}", "tests/stacks", "tests/policy")

    said = in_a_copy(sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *tests)

    for ran in (f"tests/services/{NAME}/test_api.py::", f"tests/stacks/test_{NAME}.py::", "[GiftNotes] PASSED"):
        assert ran in said
