import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .conftest import SOON, RunningServer

CODE = """
import os, time

def handler(event, context):
    time.sleep(0.5)
    return os.path.dirname(os.path.realpath(__file__))
"""


def folders(server: RunningServer) -> list[Path]:
    """Where the code of two environments of one function really is."""
    invoke = server.function("unpacked", CODE)
    with ThreadPoolExecutor(2) as pool:
        return [Path(json.load(answer["Payload"])) for answer in pool.map(lambda _: invoke(), range(2))]


def test_code_is_unpacked_and_compiled_once_and_anew_when_it_changes(fixed: RunningServer) -> None:
    first, second = folders(fixed)

    assert first == second
    assert list((first / "__pycache__").glob("index.*.pyc"))

    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as file:
        file.writestr("index.py", "def handler(event, context): return 'changed'")
    functions = fixed.client("lambda")
    functions.update_function_code(FunctionName="unpacked", ZipFile=changed.getvalue())
    functions.get_waiter("function_updated_v2").wait(FunctionName="unpacked", WaiterConfig=SOON)

    assert json.load(functions.invoke(FunctionName="unpacked")["Payload"]) == "changed"


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    first, second = folders(plain)

    assert first != second
