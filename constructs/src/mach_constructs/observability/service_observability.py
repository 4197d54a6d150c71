"""Makes a service observable: everything here follows from what the service consists of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.api.existing_front import AnyFront
from mach_constructs.api.http_front import HttpFront
from mach_constructs.compute.compute import distinct
from mach_constructs.naming import deployed_path, pascal_case
from mach_constructs.observability.alerts import Alerts, Severity
from mach_constructs.observability.cost import tag_service
from mach_constructs.observability.health import health_alarm
from mach_constructs.observability.objective import ServiceLevelObjective
from mach_constructs.observability.objective_alarms import ObjectiveAlarms
from mach_constructs.observability.observability import Observability
from mach_constructs.observability.request_metrics import RequestMetrics, filters_needed
from mach_constructs.observability.resource_alarms import table_alarms
from mach_constructs.observability.saved_queries import ServiceQueries
from mach_constructs.observability.service_dashboard import ServiceDashboard, ServiceParts
from mach_constructs.observability.traces import ServiceTraces
from mach_constructs.regions import require_region
from mach_constructs.stores.dynamodb_table import DynamoDbTable

if TYPE_CHECKING:
    from mach_constructs.api.route import Route
    from mach_constructs.microservice import Microservice


@runtime_checkable
class WritesLogs(Protocol):
    """A workload with a log group."""

    log_group: logs.LogGroup


@runtime_checkable
class RunsFunction(Protocol):
    """A workload that is a Lambda function."""

    function: lambda_.IFunction


@runtime_checkable
class RunsContainers(Protocol):
    """A workload that is an ECS service."""

    service: ecs.FargateService


def require_objective(objective: ServiceLevelObjective | None, front: AnyFront | None, routes: Sequence[Route]) -> None:
    """Check that an objective has requests that it can be measured by.

    Args:
        objective: What the service promises, if anything.
        front: The API that the routes are on, if any.
        routes: The service's routes.

    Raises:
        ValueError: There are no routes, or the API's access logs are out of reach.
    """
    if objective is None:
        return
    if not routes or front is None:
        raise ValueError("objective needs routes, whose requests it is measured by, got none")
    if not isinstance(front, HttpFront):
        raise ValueError("objective needs an HttpFront that creates its API, whose access logs it is measured by")
    front.require_metric_filters(filters_needed([route.key for route in routes]))


class ServiceObservability(Construct):
    """The objective, health, table alarms, dashboard, saved queries and traces of one service.

    Args:
        service: The microservice, with everything else that it consists of.
        front: The API its routes are on, if any.
        objective: What it promises, if anything.
        alerts: Where its alarms go, if anywhere.
        options: How much is made.
    """

    objective: ObjectiveAlarms | None
    """The account of the error budget; None without an objective."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Every alarm of the service."""
    health: cloudwatch.CompositeAlarm | None
    """Sounds while any alarm of the service does, and notifies nobody; 0.50 USD a month for each 30
    alarms. None without alarms."""
    log_groups: tuple[logs.ILogGroup, ...]
    """Where the service's code logs."""
    queries: ServiceQueries | None
    """The saved queries; None when switched off, or without logs."""
    dashboard: ServiceDashboard | None
    """The dashboard; None when switched off."""
    traces: ServiceTraces | None
    """The X-Ray group and sampling rule; None unless asked for."""

    def __init__(
        self,
        service: Microservice,
        *,
        front: HttpFront | None,
        objective: ServiceLevelObjective | None,
        alerts: Alerts | None,
        options: Observability,
    ) -> None:
        super().__init__(service, "Observability")
        path = deployed_path(service)
        relay = service.relay
        tables = {store.variable: store.table for store in service.stores if isinstance(store, DynamoDbTable)}
        runs: dict[str, object] = {**service.workloads, **({"outbox relay": relay.relay} if relay else {})}
        self.log_groups = tuple(run.log_group for run in distinct(runs.values()) if isinstance(run, WritesLogs))
        self.objective = None
        if objective is not None and front is not None:
            self.objective = self._create_objective(objective, front, list(service.routes), path)
        self.alarms = (
            *(alarm for workload in distinct(service.workloads.values()) for alarm in workload.alarms),
            *(alarm for subscription in service.subscriptions for alarm in subscription.alarms),
            *(relay.alarms if relay else ()),
            *(alarm for name, table in tables.items() for alarm in self._table_alarms(name, table)),
            *(self.objective.alarms if self.objective else ()),
        )
        self.health = health_alarm(self, self.alarms)
        if alerts is not None:
            self._notify(alerts)
        self.queries = None
        if options.saved_queries and self.log_groups:
            self.queries = ServiceQueries(self, "Queries", folder=path, log_groups=self.log_groups)
        functions = {name: run.function for name, run in runs.items() if isinstance(run, RunsFunction)}
        self.dashboard = None
        if options.dashboard:
            parts = ServiceParts(
                functions=functions,
                containers=[run.service for run in distinct(runs.values()) if isinstance(run, RunsContainers)],
                tables=list(tables.values()),
                queues=[(subscription.queue, subscription.dead_letters) for subscription in service.subscriptions],
                alarms=self.alarms,
                objective=self.objective,
            )
            self.dashboard = ServiceDashboard(self, "Dashboard", title=service.service_name, parts=parts)
        self.traces = None
        if options.traces is not None:
            self.traces = ServiceTraces(
                self,
                "Traces",
                service_name=service.service_name,
                functions=[function.function_name for function in functions.values()],
                sampling=options.traces,
            )
        tag_service(service, service.service_name)

    def _create_objective(
        self, objective: ServiceLevelObjective, front: HttpFront, routes: Sequence[str], namespace: str
    ) -> ObjectiveAlarms:
        access_logs = front.take_metric_filters(filters_needed(routes))
        requests = RequestMetrics(self, "Requests", access_logs=access_logs, routes=routes, namespace=namespace)
        return ObjectiveAlarms(self, "Objective", objective=objective, requests=requests)

    def _table_alarms(self, variable: str, table: dynamodb.ITable) -> tuple[cloudwatch.Alarm, ...]:
        return table_alarms(Construct(self, pascal_case(variable.removesuffix("_NAME").lower())), table)

    def _notify(self, alerts: Alerts) -> None:
        for topic in (alerts.page, alerts.ticket):
            require_region("alerts", topic, self)
        pages = self.objective.pages if self.objective else ()
        alerts.notify(pages, Severity.PAGE)
        alerts.notify((alarm for alarm in self.alarms if alarm not in pages), Severity.TICKET)
