import json

from .conftest import RunningServer

CODE = """
class StockGone(Exception):
    pass

def handler(event, context):
    raise StockGone("sold out")
"""


def test_a_handlers_exception_keeps_its_class_name(fixed: RunningServer) -> None:
    answer = fixed.function("raises", CODE)()

    assert answer["FunctionError"]
    assert json.load(answer["Payload"])["errorType"] == "StockGone"


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert json.load(plain.function("raises", CODE)()["Payload"])["errorType"] == "Runtime.HandlerError"
