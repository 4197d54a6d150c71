"""The whole system on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from mach_constructs.naming import pascal_case
from mach_constructs.observability.monitoring import create_monitoring
from mach_constructs.observability.service_dashboard import alarm_status, objective_graphs
from mach_constructs.observability.weak_references import weak_alarm, weak_api

if TYPE_CHECKING:
    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.observability.objective_alarms import ObjectiveAlarms


class Observed(Protocol):
    """What operators see of a service."""

    @property
    def health(self) -> cloudwatch.CompositeAlarm | None:
        """Sounds while any alarm of the service does."""

    @property
    def objective(self) -> ObjectiveAlarms | None:
        """Its objective, if it has one."""


class ObservedService(Protocol):
    """What the page shows of a service, such as of a `Microservice`."""

    @property
    def service_name(self) -> str:
        """The service's name."""

    @property
    def observability(self) -> Observed:
        """What operators see of it."""


class SystemDashboard(Construct):
    """A dashboard of all services: which are well, what their callers get, and what comes in.

    Give it a stack of its own. It refers to each service by one alarm, weakly, so that no service's stack is held by
    it: each still deploys, goes and comes back alone. CloudFormation names the dashboard. It costs 3 USD a month, the
    first three of an account nothing.

    Example:
        ```python
        SystemDashboard(stack, "Dashboard", title="Shop", services=[catalog, inventory], front=front)
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        title: The page's heading.
        services: What is shown, at least one.
        front: The API that they share, if any.

    Raises:
        ValueError: There is no service, or two have the same name but for blanks and the like.
    """

    dashboard: cloudwatch.Dashboard
    """The dashboard; add widgets of your own."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        title: str,
        services: Sequence[ObservedService],
        front: HttpFront | None = None,
    ) -> None:
        if not services:
            raise ValueError("services must hold at least one, got none")
        ids = [pascal_case(service.service_name) for service in services]
        for service, its_id in zip(services, ids, strict=True):
            if ids.count(its_id) > 1:
                raise ValueError(f"services must have different names, got {service.service_name!r} twice")
        super().__init__(scope, id)
        monitoring, self.dashboard = create_monitoring(self)
        monitoring.add_large_header(title)
        health = {service.service_name: service.observability.health for service in services}
        alarms = [weak_alarm(self, f"{pascal_case(name)}Health", alarm) for name, alarm in health.items() if alarm]
        for widget in alarm_status("Services", alarms):
            monitoring.add_widget(widget)
        if front is not None:
            api = weak_api(self, "Api", front.api)
            monitoring.monitor_api_gateway_v2_http_api(api=api, human_readable_name="All requests")
        for service in services:
            if service.observability.objective is not None:
                monitoring.add_medium_header(service.service_name)
                for widget in objective_graphs(service.observability.objective):
                    monitoring.add_widget(widget)
