"""How many tasks run."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_between, require_duration_between

_MOST_TASKS_OF_A_SERVICE = 5_000  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html


def _require_bounds(min_tasks: int, max_tasks: int) -> None:
    require_between("min_tasks", min_tasks, 0, _MOST_TASKS_OF_A_SERVICE)
    require_between("max_tasks", max_tasks, 1, _MOST_TASKS_OF_A_SERVICE)
    if not is_unresolved(min_tasks) and not is_unresolved(max_tasks) and min_tasks > max_tasks:
        raise ValueError(f"min_tasks must not be above max_tasks, got {min_tasks} and {max_tasks}")


@dataclass(frozen=True, kw_only=True)
class WebScaling:
    """How many tasks serve routes: as many as CPU and requests call for.

    Attributes:
        min_tasks: Fewest, 1 to 5000; 2 keep a service up when a zone fails.
        max_tasks: Most, 1 to 5000.
        cpu: Percent of the task's CPU to aim at, 1 to 100.
        requests_per_task: Requests a minute of one task to aim at, if any. There is no load balancer that could count
            them: the tasks do, and write a metric through their logs. The API's own `Count` would not do, because it
            counts all services of the API together.
        cooldown: Least time between two changes, 0 s to 1 h.

    Raises:
        ValueError: A number is out of range.
    """

    min_tasks: int = 2
    max_tasks: int = 10
    cpu: int = 60
    requests_per_task: int | None = None
    cooldown: Duration = Duration.minutes(1)  # noqa: RUF009 (a Duration is immutable)

    def __post_init__(self) -> None:
        _require_bounds(self.min_tasks, self.max_tasks)
        require_between("min_tasks", self.min_tasks, 1, _MOST_TASKS_OF_A_SERVICE)
        require_between("cpu", self.cpu, 1, 100, unit="percent")
        if self.requests_per_task is not None:
            require_between("requests_per_task", self.requests_per_task, 1, 1_000_000)
        require_duration_between("cooldown", self.cooldown, Duration.seconds(0), Duration.hours(1))


@dataclass(frozen=True, kw_only=True)
class WorkerScaling:
    """How many tasks work on queues: as many as keep their handlers busy, more when messages wait.

    Attributes:
        min_tasks: Fewest, 0 to 5000; 0 stops the service while nothing waits, and starting takes about a minute.
        max_tasks: Most, 1 to 5000; not above the `max_concurrency` of a `Delivery`, as every task works on one batch.
        backlog: Messages waiting in one queue that call for one more task, and ten times as many for a tenth of the
            most, 1 to 1,000,000.
        busy: Percent of the time that handlers are to be busy, 1 to 100. Tasks report it through their logs.
        cpu: Percent of the task's CPU above which tasks are added, 1 to 100.
        cooldown: Least time between two changes, 0 s to 1 h.

    Raises:
        ValueError: A number is out of range.
    """

    min_tasks: int = 1
    max_tasks: int = 5
    backlog: int = 100
    busy: int = 70
    cpu: int = 60
    cooldown: Duration = Duration.minutes(1)  # noqa: RUF009

    def __post_init__(self) -> None:
        _require_bounds(self.min_tasks, self.max_tasks)
        require_between("backlog", self.backlog, 1, 1_000_000)
        require_between("busy", self.busy, 1, 100, unit="percent")
        require_between("cpu", self.cpu, 1, 100, unit="percent")
        require_duration_between("cooldown", self.cooldown, Duration.seconds(0), Duration.hours(1))
