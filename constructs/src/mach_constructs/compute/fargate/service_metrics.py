"""What the tasks of a service count, as CloudWatch has it."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration, Names
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import IConstruct

NAMESPACE = "MachConstructs/Fargate"
_MINUTE = Duration.minutes(1)


@dataclass(frozen=True)
class ServiceMetrics:
    """Metrics that tasks write through their logs, in the embedded metric format; billed as custom metrics.

    Attributes:
        workload: Value of the dimension `Workload`, unique in account and region.
    """

    workload: str

    @classmethod
    def of(cls, scope: IConstruct) -> ServiceMetrics:
        """Give the metrics of a construct.

        Args:
            scope: The workload.
        """
        return cls(Names.unique_resource_name(scope, max_length=200))

    def requests_per_task(self) -> cloudwatch.Metric:
        """Requests or batches a minute of a task: every task reports its own number, the average is that of them."""
        return self._metric("Requests", "Average")

    def requests(self, *, period: Duration = _MINUTE) -> cloudwatch.Metric:
        """Requests or batches of all tasks.

        Args:
            period: Of one data point.
        """
        return self._metric("Requests", "Sum", period)

    def errors(self, *, period: Duration = _MINUTE) -> cloudwatch.Metric:
        """Requests answered with a 5xx, or batches of which a message failed.

        Args:
            period: Of one data point.
        """
        return self._metric("Errors", "Sum", period)

    def duration(self, *, statistic: str = "p99", period: Duration = _MINUTE) -> cloudwatch.Metric:
        """Milliseconds that a request or batch took.

        Args:
            statistic: Such as "p99".
            period: Of one data point.
        """
        return self._metric("Duration", statistic, period)

    def utilization(self) -> cloudwatch.Metric:
        """Percent of the time that a task's handlers were busy."""
        return self._metric("Utilization", "Average")

    def _metric(self, name: str, statistic: str, period: Duration = _MINUTE) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map={"Workload": self.workload},
            statistic=statistic,
            period=period,
        )
