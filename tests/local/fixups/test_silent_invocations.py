import base64
import time
from collections.abc import Callable
from typing import Any

from .conftest import RunningServer

SILENT = "def handler(event, context): return event"
TALKING = "def handler(event, context): print('one'); print('two')"


def shortest_seconds(invoke: Callable[..., Any]) -> float:
    invoke()
    took = []
    for _ in range(15):
        started = time.perf_counter()
        invoke()
        took.append(time.perf_counter() - started)
    return min(took)


def test_a_silent_invocation_is_not_waited_for(fixed: RunningServer) -> None:
    assert shortest_seconds(fixed.function("silent", SILENT)) < 0.045


def test_every_log_line_of_an_invocation_is_still_read(fixed: RunningServer) -> None:
    invoke = fixed.function("talking", TALKING)

    for _ in range(3):
        log = base64.b64decode(invoke()["LogResult"]).decode()
        assert (log.count("one"), log.count("two")) == (1, 1)
        assert "end of invocation" not in log


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert shortest_seconds(plain.function("silent", SILENT)) > 0.05
