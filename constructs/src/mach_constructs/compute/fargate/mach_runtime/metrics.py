"""What a process counts, written once a minute as a log line that CloudWatch turns into metrics.

The lines are in CloudWatch's embedded metric format, so they need no network path besides that of the logs:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable

_MOST_VALUES_OF_A_LINE = 100
_PERIOD_SECONDS = 60.0


class Metrics:
    """Counts requests or batches.

    Args:
        namespace: CloudWatch namespace; None counts nothing.
        workload: Value of the dimension `Workload`.
        busy_seconds: Gives how long handlers have run so far, in sum.
        concurrency: How many can run at once.
        write: Where lines go; to standard output unless given.
    """

    def __init__(
        self,
        *,
        namespace: str | None,
        workload: str,
        busy_seconds: Callable[[], float],
        concurrency: int,
        write: Callable[[str], object] | None = None,
    ) -> None:
        self._namespace = namespace
        self._workload = workload
        self._busy_seconds = busy_seconds
        self._concurrency = concurrency
        self._write = write or _print
        self._requests = self._errors = 0
        self._durations: list[float] = []
        self._since = time.monotonic()
        self._busy_before = busy_seconds()

    def count(self, *, seconds: float, failed: bool) -> None:
        """Count one request or batch.

        Args:
            seconds: How long it took.
            failed: Whether it ended in an error of the service's.
        """
        if self._namespace is None:
            return
        self._requests += 1
        self._errors += failed
        self._durations.append(round(seconds * 1000, 3))
        if len(self._durations) == _MOST_VALUES_OF_A_LINE:
            self._flush_durations()

    async def run(self) -> None:
        """Write a line a minute, those of minutes without requests too: scaling in needs their zeros."""
        while True:
            await asyncio.sleep(_PERIOD_SECONDS)
            self.flush()

    def flush(self) -> None:
        """Write what was counted since the last time."""
        if self._namespace is None:
            return
        now, busy = time.monotonic(), self._busy_seconds()
        capacity = max(now - self._since, 0.001) * self._concurrency
        self._line(
            {"Requests": self._requests, "Errors": self._errors},
            {"Requests": "Count", "Errors": "Count"},
        )
        self._line(
            {"Utilization": round(min(100.0, 100 * (busy - self._busy_before) / capacity), 3)},
            {"Utilization": "Percent"},
        )
        self._flush_durations()
        self._since, self._busy_before, self._requests, self._errors = now, busy, 0, 0

    def _flush_durations(self) -> None:
        if self._durations:
            self._line({"Duration": self._durations}, {"Duration": "Milliseconds"})
            self._durations = []

    def _line(self, values: dict[str, object], units: dict[str, str]) -> None:
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [["Workload"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
        }
        metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        self._write(json.dumps({"_aws": metadata, "Workload": self._workload, **values}) + "\n")


def _print(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()
