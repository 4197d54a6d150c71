from .conftest import RunningServer
from .queue_reader import printed_while_reading

CODE = """
import os, time

def handler(event, context):
    time.sleep(0.4)
    print("got a batch in process", os.getpid())
"""
MESSAGES = 10
BATCH = 2


def processes(server: RunningServer) -> int:
    """How many processes of a function read a queue that is full."""
    lines = printed_while_reading(
        server,
        CODE,
        name="reader",
        messages=MESSAGES,
        batch_size=BATCH,
        until=lambda lines: len(lines) >= MESSAGES // BATCH,
    )
    return len(set(lines))


def test_at_most_two_processes_read_a_queue(fixed: RunningServer) -> None:
    assert 1 <= processes(fixed) <= 2


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert processes(plain) > 2
