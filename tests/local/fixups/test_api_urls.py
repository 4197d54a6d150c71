import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.fixups.api_urls import reachable

from .conftest import RunningServer
from .ecs_stack import deployed

CODE = """
import os

def handler(event, context):
    return dict(os.environ)
"""
NAMES = {
    "API_URL": "https://abc123.execute-api.eu-central-1.amazonaws.com",
    "ROUTE": "https://abc123.execute-api.us-east-1.amazonaws.com/v1/orders?a=b",
    "ANOTHER": "https://abc123.execute-api.us-east-1.amazonaws.com.example",
    "ISSUER": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool",
}


def addresses(invoke: Callable[..., Any]) -> dict[str, str]:
    variables = json.load(invoke()["Payload"])
    return {name: variables[name] for name in NAMES}


def test_a_function_finds_apis_on_this_machine(fixed: RunningServer) -> None:
    here = f"http://127.0.0.1:{fixed.port}/_aws/execute-api/abc123"

    found = addresses(fixed.function("addresses", CODE, environment=NAMES))

    assert found == {**NAMES, "API_URL": here, "ROUTE": f"{here}/v1/orders?a=b"}


def test_so_does_a_container(fixed: RunningServer, tmp_path: Path) -> None:
    with deployed(fixed, "calls", tmp_path) as stack:
        api = stack.get("/v1/environment").json()["API_URL"]

        assert api.startswith(f"http://127.0.0.1:{fixed.port}/_aws/execute-api/")
        assert stack.get("/v1/who").request.url == f"{api}/v1/who"


@pytest.mark.parametrize("suffix", ["", ".cn"])
def test_regions_of_every_partition_are_known(suffix: str) -> None:
    variables = {"API_URL": f"https://abc123.execute-api.cn-north-1.amazonaws.com{suffix}"}

    assert reachable(variables, "http://127.0.0.1:1") == {"API_URL": "http://127.0.0.1:1/_aws/execute-api/abc123"}


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert addresses(plain.function("addresses", CODE, environment=NAMES)) == NAMES
