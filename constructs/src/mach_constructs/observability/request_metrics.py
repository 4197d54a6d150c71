"""What the API's access logs say of the routes of one service, as metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.tokens import is_unresolved

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_LONGEST_PATTERN = 1024
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
_NAMESPACE = re.compile(r"[^:*$]{1,255}")
_FAILED = "($.status >= 500) && "
_LATENCY = "Latency"
_FAILURES = "FailedRequests"
_MINUTE = Duration.minutes(1)


class RequestMetrics(Construct):
    """Counts, failures and latency of the requests that one service answers.

    Taken from the access logs, and so from what callers got: they see a 5xx that the code answered without an
    exception, a function that timed out and one that was throttled, and they are the same whatever runs the code. The
    API's own metrics know no service, or cost a metric a route, of which an alarm takes ten.

    Creates two metric filters in the service's own stack (more when the routes exceed 1,024 characters) and two custom
    metrics, which cost 0.30 USD a month each. A log group takes 100 filters, so one API measures 50 services.

    Example:
        ```python
        metrics = RequestMetrics(self, "Requests", access_logs=front.access_logs, routes=["GET /v1/products"],
                                 namespace="Catalog")
        cloudwatch.Alarm(self, "Slow", metric=metrics.latency("p99"), threshold=500, evaluation_periods=3)
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        access_logs: Of the API: JSON with `route`, and the numbers `status` and `latency_ms`.
        routes: Route keys, such as "GET /v1/products/{id}".
        namespace: Namespace of the metrics, which nothing else writes to: at most 255 characters without : * $.

    Raises:
        ValueError: There is no route, one is too long to be filtered by, or the namespace is malformed.
    """

    namespace: str
    """Where the metrics are."""
    filters: tuple[logs.MetricFilter, ...]
    """What makes them of the access logs."""

    def __init__(
        self, scope: Construct, id: str, *, access_logs: logs.ILogGroup, routes: Sequence[str], namespace: str
    ) -> None:
        if not routes:
            raise ValueError("routes must hold at least one route key, got none")
        _require_namespace(namespace)
        failures, latency = _patterns(routes, _FAILED), _patterns(routes, "")
        super().__init__(scope, id)
        self.namespace = namespace
        self.filters = (
            *self._create(access_logs, _LATENCY, latency, value="$.latency_ms", unit=cloudwatch.Unit.MILLISECONDS),
            *self._create(access_logs, _FAILURES, failures, value="1", unit=cloudwatch.Unit.COUNT),
        )

    @property
    def requests(self) -> cloudwatch.Metric:
        """Requests a minute: the latency's number of samples, which needs no metric of its own."""
        return self._metric(_LATENCY, "SampleCount", _MINUTE)

    @property
    def failures(self) -> cloudwatch.Metric:
        """Requests a minute that were answered with a 5xx."""
        return self._metric(_FAILURES, "Sum", _MINUTE)

    def latency(self, statistic: str, *, period: Duration = _MINUTE) -> cloudwatch.Metric:
        """Give how long callers wait, in milliseconds.

        Args:
            statistic: Such as "p99".
            period: Over which it is taken.

        Returns:
            The metric.
        """
        return self._metric(_LATENCY, statistic, period)

    def _metric(self, name: str, statistic: str, period: Duration) -> cloudwatch.Metric:
        return cloudwatch.Metric(namespace=self.namespace, metric_name=name, statistic=statistic, period=period)

    def _create(
        self, access_logs: logs.ILogGroup, metric: str, patterns: Sequence[str], *, value: str, unit: cloudwatch.Unit
    ) -> Iterator[logs.MetricFilter]:
        for number, pattern in enumerate(patterns, start=1):
            yield logs.MetricFilter(
                self,
                metric if number == 1 else f"{metric}{number}",
                log_group=access_logs,
                filter_pattern=logs.FilterPattern.literal(pattern),
                metric_namespace=self.namespace,
                metric_name=metric,
                metric_value=value,
                unit=unit,
                # A minute with requests and no failure counts none, instead of being unknown.
                default_value=0 if metric == _FAILURES else None,
            )


def _require_namespace(namespace: str) -> None:
    if not is_unresolved(namespace) and (not namespace.strip() or not _NAMESPACE.fullmatch(namespace)):
        raise ValueError(f"namespace must be 1 to 255 characters without : * $, got {namespace!r}")


def filters_needed(routes: Sequence[str]) -> int:
    """Give how many metric filters the routes of one service take of the 100 that a log group may have.

    Args:
        routes: Route keys.
    """
    return len(_patterns(routes, "")) + len(_patterns(routes, _FAILED))


def _patterns(routes: Sequence[str], condition: str) -> list[str]:
    patterns: list[str] = []
    alternatives: list[str] = []
    for route in routes:
        alternative = f'($.route = "{route}")'
        alone = len(_pattern(condition, [alternative]))
        if alone > _LONGEST_PATTERN:
            raise ValueError(
                f"routes must be at most {_LONGEST_PATTERN - alone + len(route)} characters to be measured, got "
                f"{len(route)}: {route!r}"
            )
        if alternatives and len(_pattern(condition, [*alternatives, alternative])) > _LONGEST_PATTERN:
            patterns.append(_pattern(condition, alternatives))
            alternatives = []
        alternatives.append(alternative)
    return [*patterns, _pattern(condition, alternatives)]


def _pattern(condition: str, alternatives: Sequence[str]) -> str:
    return f"{{ {condition}({' || '.join(alternatives)}) }}"
