import json

from local.places import Places

from .conftest import RunningServer

CODE = """
import importlib.util, os, sys

def handler(event, context):
    found = {name: bool(importlib.util.find_spec(name)) for name in ("boto3", "httpx", "ministack")}
    return {"interpreter": sys.prefix, "found": found, "shell": os.environ.get("LEFT_IN_THE_SHELL")}
"""


def test_functions_find_boto3_and_nothing_else_of_this_checkout(fixed: RunningServer) -> None:
    answer = json.load(fixed.function("imports", CODE)()["Payload"])

    assert answer["interpreter"] == str(Places().lambda_runtime)
    assert answer["found"] == {"boto3": True, "httpx": False, "ministack": False}
    assert answer["shell"] is None


def test_a_runtime_that_this_machine_does_not_have_is_refused(fixed: RunningServer) -> None:
    answer = fixed.function("old", "def handler(event, context): pass", runtime="python3.9")()

    assert "functions only, not python3.9" in json.load(answer["Payload"])["errorMessage"]


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    found = json.load(plain.function("imports", CODE)()["Payload"])["found"]

    assert found == {"boto3": True, "httpx": True, "ministack": True}
