import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .conftest import RunningServer

CODE = """
import os, tempfile, time

def handler(event, context):
    time.sleep(0.5)
    return tempfile.gettempdir()
"""


def test_two_environments_of_a_function_share_no_temporary_folder(fixed: RunningServer) -> None:
    invoke = fixed.function("temporary", CODE)
    with ThreadPoolExecutor(2) as pool:
        folders = [json.load(answer["Payload"]) for answer in pool.map(lambda _: invoke(), range(2))]

    assert folders[0] != folders[1]
    assert all(Path(folder).is_relative_to(fixed.root / "scratch") for folder in folders)


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    folder = json.load(plain.function("temporary", CODE)()["Payload"])

    assert not Path(folder).is_relative_to(plain.root)
