import json
from concurrent.futures import ThreadPoolExecutor

from local.fixups.modest_concurrency import PROCESSES

from .conftest import RunningServer

CODE = """
import os, time

def handler(event, context):
    time.sleep(0.5)
    return os.getpid()
"""
AT_ONCE = 12


def processes(aws: RunningServer) -> set[int]:
    """What a dozen invocations at once run in."""
    invoke = aws.function("sleeps", CODE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: invoke(), range(AT_ONCE)))
    assert not any("FunctionError" in answer for answer in answers)
    return {json.load(answer["Payload"]) for answer in answers}


def test_many_invocations_take_turns_in_few_processes(fixed: RunningServer) -> None:
    assert len(processes(fixed)) <= PROCESSES


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert len(processes(plain)) > PROCESSES
