"""How the processes start, end, and count."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest

from mach_constructs.compute.fargate.mach_runtime.metrics import Metrics
from tests.constructs.fargate_runtime.runtime_process import RuntimeProcess

Start = Callable[[str, Mapping[str, str]], RuntimeProcess]
ROUTES = json.dumps({"GET /v1/do/{action}": "shop.api.handler"})


def test_running_requests_are_answered_after_sigterm(start: Start) -> None:
    web = start("web", {"ROUTES": ROUTES, "CONCURRENCY": "1"}).wait_until_healthy()
    answers: list[httpx.Response] = []
    slow = threading.Thread(target=lambda: answers.append(httpx.get(f"{web.url}/v1/do/sleep?seconds=1", timeout=10)))
    slow.start()
    time.sleep(0.4)

    assert web.stop() == 0
    slow.join()
    assert [answer.status_code for answer in answers] == [200]


def test_requests_are_still_taken_while_callers_learn_of_the_end(start: Start) -> None:
    web = start("web", {"ROUTES": ROUTES, "CONCURRENCY": "1", "DEREGISTRATION_SECONDS": "1.5"}).wait_until_healthy()
    web.process.terminate()
    time.sleep(0.5)

    assert httpx.get(f"{web.url}/v1/do/echo").status_code == 200
    assert web.process.wait(10) == 0


def test_no_process_stays_behind(start: Start) -> None:
    web = start("web", {"ROUTES": ROUTES, "CONCURRENCY": "2"}).wait_until_healthy()
    child = httpx.get(f"{web.url}/v1/do/echo").json()["process"]
    web.process.kill()
    web.process.wait()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"process {child} outlives the one that started it")


@pytest.mark.parametrize(
    ("command", "environment", "said"),
    [
        ("web", {}, "ROUTES must be a JSON object of route keys and handlers, got {}"),
        ("web", {"ROUTES": "{"}, "ROUTES must be JSON, got '{'"),
        ("web", {"ROUTES": ROUTES, "CONCURRENCY": "0"}, "CONCURRENCY must be a number above 0, got '0'"),
        ("web", {"ROUTES": ROUTES, "JWT_ROUTES": "{}"}, "JWT_ROUTES must be a JSON list of route keys, got {}"),
        ("worker", {}, "CONSUMERS must name at least one queue, got none"),
        ("worker", {"CONSUMERS": '[{"queue": "x"}]'}, "CONSUMERS must be a JSON list of queues and handlers"),
        ("nothing", {}, "usage: python -m mach_runtime web|worker|health"),
    ],
)
def test_what_is_missing_is_said_in_a_line(
    start: Start, command: str, environment: Mapping[str, str], said: str
) -> None:
    process = start(command, environment)
    assert process.process.wait(20) == 2
    assert said in process.said
    assert "Traceback" not in process.said


def test_a_handler_that_cannot_be_imported_ends_the_process(start: Start) -> None:
    process = start("web", {"ROUTES": json.dumps({"GET /": "shop.nowhere.handler"}), "CONCURRENCY": "1"})
    assert process.process.wait(20) == 3
    assert "ModuleNotFoundError: No module named 'shop.nowhere'" in process.said
    assert process.check() == 1


def test_what_is_counted_becomes_metrics() -> None:
    lines: list[str] = []
    busy = [0.0]
    metrics = Metrics(namespace="N", workload="W", busy_seconds=lambda: busy[0], concurrency=2, write=lines.append)
    for _ in range(101):
        metrics.count(seconds=0.002, failed=False)
    metrics.count(seconds=0.5, failed=True)
    busy[0] = 1_000.0
    metrics.flush()
    written = [json.loads(line) for line in lines]

    assert [entry["Workload"] for entry in written] == ["W"] * 4
    assert len(written[0]["Duration"]) == 100  # the format allows no more in a line
    assert (written[1]["Requests"], written[1]["Errors"]) == (102, 1)
    assert written[2]["Utilization"] == 100.0
    assert written[3]["Duration"] == [2.0, 500.0]
    assert written[1]["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "N",
            "Dimensions": [["Workload"]],
            "Metrics": [{"Name": "Requests", "Unit": "Count"}, {"Name": "Errors", "Unit": "Count"}],
        }
    ]


def test_a_minute_without_requests_is_a_zero() -> None:
    lines: list[str] = []
    Metrics(namespace="N", workload="W", busy_seconds=lambda: 0.0, concurrency=1, write=lines.append).flush()
    assert [json.loads(line).get("Requests", json.loads(line).get("Utilization")) for line in lines] == [0, 0.0]


def test_the_metrics_of_a_process_are_written_when_it_ends(start: Start) -> None:
    web = start("web", {"ROUTES": ROUTES, "CONCURRENCY": "1", "METRICS_NAMESPACE": "N"}).wait_until_healthy()
    httpx.get(f"{web.url}/v1/do/raise")
    web.stop()
    assert '"Requests": 1, "Errors": 1' in web.said
