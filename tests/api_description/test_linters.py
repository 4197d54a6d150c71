"""A public linter finds nothing in the documents."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.storefront_app import STOREFRONT

CHECKOUT = Path(__file__).parents[2]
LINT = (CHECKOUT / "node_modules/.bin/redocly", "lint", f"--config={CHECKOUT / 'redocly.yaml'}", "--format=json")
# The Node that pip brought; nothing is sent to anybody.
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
}


pytestmark = pytest.mark.long  # three processes of Node


@pytest.mark.parametrize("name", ["openapi.json", "asyncapi.json"])
def test_it_finds_nothing(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(STOREFRONT.document(name))

    said = subprocess.run([*LINT, file], env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert said.returncode in (0, 1), said.stderr
    problems = json.loads(said.stdout)["problems"]
    assert [(found["ruleId"], found["message"], found["location"][0]["pointer"]) for found in problems] == []


def test_it_finds_what_is_wrong(tmp_path: Path) -> None:
    document = json.loads(STOREFRONT.document("openapi.json"))
    del document["paths"]["/v1/products"]["get"]["responses"]["200"]["description"]
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))

    said = subprocess.run([*LINT, file], env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert [found["ruleId"] for found in json.loads(said.stdout)["problems"]] == ["struct"]
