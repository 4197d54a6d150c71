from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).parents[3] / "lambdas"
HEAVY = ("boto3", "botocore.session", "cryptography", "jwt", "pydantic", "contracts")


@pytest.mark.parametrize("module", ["catalog.read", "inventory.api", "edge.application", "orders.api"])
def test_what_starts_a_read_is_light(module: str) -> None:
    script = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=LAMBDAS, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
