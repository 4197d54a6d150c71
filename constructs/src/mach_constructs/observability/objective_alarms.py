"""An objective as CloudWatch tracks it: its error budget, how fast it is spent, and the latency."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_applicationsignals as applicationsignals
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from mach_constructs.naming import regional_name
from mach_constructs.observability.alarms import alarm_on
from mach_constructs.observability.objective import (
    FAST_BURN,
    SLOW_BURN,
    STEADY_BURN,
    BurnRateTier,
    ServiceLevelObjective,
)
from mach_constructs.observability.request_metrics import RequestMetrics

_Slo = applicationsignals.CfnServiceLevelObjective
_TIERS = (FAST_BURN, STEADY_BURN, SLOW_BURN)
_MINUTE = Duration.minutes(1)
_LONGEST_NAME = 128  # https://docs.aws.amazon.com/applicationsignals/latest/APIReference/API_ServiceLevelObjective.html


class ObjectiveAlarms(Construct):
    """Keeps the account of an objective's error budget and alarms when it is spent too fast, or answers are slow.

    The account is a service level objective of CloudWatch Application Signals, which computes burn rates over up to
    seven days; an alarm of its own sums over one day at most, and cannot mix windows. On it are three alarms, each on
    a long and a short window at once: 2 % of the budget in one hour (and the last 5 minutes), 5 % in six hours (and 30
    minutes), 10 % in three days (and six hours). The first two are worth waking somebody for.

    Costs about 1.50 USD a month: three alarms on two metrics each, one on the latency, the objective's signals, and
    the two metrics of `RequestMetrics`. Deploying the first objective of an account creates the service-linked role
    AWSServiceRoleForCloudWatchApplicationSignals.

    CloudWatch wants a name for the objective, which follows from the construct's path.

    Example:
        ```python
        ObjectiveAlarms(self, "Objective", objective=ServiceLevelObjective(availability=99.5), requests=metrics)
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        objective: What is promised.
        requests: What callers got.
    """

    objective: ServiceLevelObjective
    """What is promised."""
    requests: RequestMetrics
    """What callers got."""
    slo: applicationsignals.CfnServiceLevelObjective
    """The account of the error budget."""
    pages: tuple[cloudwatch.Alarm, ...]
    """Alarms on a budget that will not last: somebody must act now."""
    tickets: tuple[cloudwatch.Alarm, ...]
    """Alarms on a budget that is spent slowly, and on the latency: somebody must act this week."""

    def __init__(
        self, scope: Construct, id: str, *, objective: ServiceLevelObjective, requests: RequestMetrics
    ) -> None:
        super().__init__(scope, id)
        self.objective = objective
        self.requests = requests
        self._name = regional_name(self, longest=_LONGEST_NAME)
        self.slo = self._create_slo()
        self.pages = tuple(self._burn_rate_alarm(tier) for tier in (FAST_BURN, STEADY_BURN))
        self.tickets = (self._burn_rate_alarm(SLOW_BURN), self._latency_alarm())

    @property
    def alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """All of them."""
        return (*self.pages, *self.tickets)

    def burn_rate(self, minutes: int) -> cloudwatch.Metric:
        """Give how fast the error budget is spent: 1 spends exactly all of it in the objective's window.

        Args:
            minutes: The look-back window, one of those of the alarms.

        Returns:
            The metric.
        """
        return cloudwatch.Metric(
            namespace="AWS/ApplicationSignals",
            metric_name="BurnRate",
            dimensions_map={"SloName": self._name, "BurnRateWindowMinutes": str(minutes)},
            statistic="Maximum",
            period=_MINUTE,
            label=f"over {minutes} minutes",
        )

    def _create_slo(self) -> applicationsignals.CfnServiceLevelObjective:
        windows = [minutes for tier in _TIERS for minutes in (tier.short_minutes, tier.long_minutes)]
        return _Slo(
            self,
            "Slo",
            name=self._name,
            description=f"{self.objective.availability:g} % of requests to {self.node.path.rpartition('/')[0]} succeed",
            request_based_sli=_Slo.RequestBasedSliProperty(
                request_based_sli_metric=_Slo.RequestBasedSliMetricProperty(
                    total_request_count_metric=[_query("requests", self.requests.requests)],
                    monitored_request_count_metric=_Slo.MonitoredRequestCountMetricProperty(
                        bad_count_metric=[_query("failures", self.requests.failures)]
                    ),
                )
            ),
            goal=_Slo.GoalProperty(
                attainment_goal=self.objective.availability,
                interval=_Slo.IntervalProperty(
                    rolling_interval=_Slo.RollingIntervalProperty(
                        duration=int(self.objective.window.to_days()), duration_unit="DAY"
                    )
                ),
            ),
            burn_rate_configurations=[
                _Slo.BurnRateConfigurationProperty(look_back_window_minutes=minutes) for minutes in sorted(set(windows))
            ],
        )

    def _burn_rate_alarm(self, tier: BurnRateTier) -> cloudwatch.Alarm:
        rate = tier.burn_rate(self.objective.window)
        alarm = alarm_on(
            self,
            f"{tier.name}Alarm",
            metric=cloudwatch.MathExpression(
                expression="MIN([long, short])",
                using_metrics={
                    "long": self.burn_rate(tier.long_minutes),
                    "short": self.burn_rate(tier.short_minutes),
                },
                label=tier.name,
                period=_MINUTE,
            ),
            threshold=rate,
            description=f"Failed requests spend the error budget {rate:g} times too fast: {tier.budget_percent:g} % of "
            f"it in {tier.long_minutes // 60} h, and still in the last {tier.short_minutes} min. Read the access logs "
            "for the routes that answer 5xx, then the service's logs.",
        )
        # Its metrics are the objective's: without it the alarm would watch nothing.
        alarm.node.add_dependency(self.slo)
        return alarm

    def _latency_alarm(self) -> cloudwatch.Alarm:
        statistic = self.objective.latency_statistic
        return alarm_on(
            self,
            "LatencyAlarm",
            metric=self.requests.latency(statistic, period=Duration.minutes(5)),
            threshold=self.objective.latency.to_milliseconds(),
            periods=3,
            ignore_few_samples=True,
            description=f"Callers wait longer than the objective allows ({statistic}, 15 min). The saved query of the "
            "slowest requests names them.",
        )


def _query(id: str, metric: cloudwatch.Metric) -> applicationsignals.CfnServiceLevelObjective.MetricDataQueryProperty:
    return _Slo.MetricDataQueryProperty(
        id=id,
        return_data=True,
        metric_stat=_Slo.MetricStatProperty(
            metric=_Slo.MetricProperty(namespace=metric.namespace, metric_name=metric.metric_name),
            period=int(metric.period.to_seconds()),
            stat=metric.statistic,
        ),
    )
