"""What a service promises its callers."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration

from mach_constructs.validation import require_between, require_finite

_HOUR = 60
_SLOWEST_ANSWER = Duration.seconds(29)
_HIGHEST_AVAILABILITY = 99.999


@dataclass(frozen=True, kw_only=True)
class BurnRateTier:
    """One alarm on how fast an error budget is spent.

    It looks at a long window, so that it means something, and at a short one, so that it ends soon after the failures.

    Attributes:
        name: For the alarm's construct id.
        long_minutes: The long window.
        short_minutes: The short window, a twelfth of the long one.
        budget_percent: Share of the whole budget that is spent when the long window burns at the threshold.
    """

    name: str
    long_minutes: int
    short_minutes: int
    budget_percent: float

    def burn_rate(self, window: Duration) -> float:
        """Give the threshold: 1 spends exactly the whole budget in the objective's window.

        Args:
            window: The objective's window.

        Returns:
            How many times as fast as that.
        """
        return round(self.budget_percent / 100 * int(window.to_minutes()) / self.long_minutes, 3)


# Google, The Site Reliability Workbook, chapter 5 "Alerting on SLOs", table 5-8
# (https://sre.google/workbook/alerting-on-slos/): for 30 days these are 14.4, 6 and 1 times.
FAST_BURN = BurnRateTier(name="FastBurn", long_minutes=_HOUR, short_minutes=5, budget_percent=2)
STEADY_BURN = BurnRateTier(name="SteadyBurn", long_minutes=6 * _HOUR, short_minutes=30, budget_percent=5)
SLOW_BURN = BurnRateTier(name="SlowBurn", long_minutes=72 * _HOUR, short_minutes=6 * _HOUR, budget_percent=10)


@dataclass(frozen=True, kw_only=True)
class ServiceLevelObjective:
    """How many requests succeed and how fast they are answered, as the API's callers see it.

    A request fails when its answer is a 5xx, whoever gives it: the code, or the API on its behalf because the code
    timed out, crashed or was throttled. Answers of 4xx are the caller's.

    Example:
        ```python
        objective = ServiceLevelObjective(availability=99.9, latency=Duration.millis(300))
        Microservice(self, "Catalog", compute=compute, front=front, routes=routes, objective=objective)
        ```

    Attributes:
        availability: Percent of requests that do not fail, at most 99.999, and at least so much that the fastest
            alarm can sound (93.056 for 30 days: below that, nothing burns 14.4 times too fast).
        latency: Within which a request is answered, 1 ms to 29 s (an HTTP API waits no longer than 30 s).
        latency_percentile: Percent of requests of which that is true, 50 to 99.99.
        window: Over which the availability is counted, 28 to 90 whole days.

    Raises:
        ValueError: A number is out of range.
    """

    availability: float = 99.9
    latency: Duration = Duration.millis(300)  # noqa: RUF009 (a Duration is immutable)
    latency_percentile: float = 99
    window: Duration = Duration.days(30)  # noqa: RUF009

    def __post_init__(self) -> None:
        seconds = self.window.to_seconds(integral=False)
        if seconds % Duration.days(1).to_seconds():
            raise ValueError(f"window must be a whole number of days, got {seconds:g} seconds")
        require_between("window", int(self.window.to_days()), 28, 90, "days")
        require_finite("availability", self.availability)
        if self.availability > _HIGHEST_AVAILABILITY:
            raise ValueError(f"availability must be at most {_HIGHEST_AVAILABILITY} percent, got {self.availability:g}")
        lowest = 100 - 100 / FAST_BURN.burn_rate(self.window)
        if self.availability < lowest:
            raise ValueError(
                f"availability must be at least {lowest:.3f} percent over {int(self.window.to_days())} days, "
                f"for no alarm on its error budget could sound otherwise, got {self.availability:g}"
            )
        if not self.latency.is_unresolved():
            highest = int(_SLOWEST_ANSWER.to_milliseconds())
            require_between("latency", int(self.latency.to_milliseconds(integral=False)), 1, highest, "ms")
        if not 50 <= self.latency_percentile <= 99.99:
            raise ValueError(f"latency_percentile must be between 50 and 99.99, got {self.latency_percentile:g}")

    @property
    def latency_statistic(self) -> str:
        """The percentile as CloudWatch names it, such as "p99"."""
        return f"p{self.latency_percentile:g}"
