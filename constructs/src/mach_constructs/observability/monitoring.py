"""The library that draws our dashboards, imported when the first one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from mach_constructs.naming import regional_name

if TYPE_CHECKING:
    from cdk_monitoring_constructs import MonitoringFacade


def create_monitoring(scope: Construct) -> tuple[MonitoringFacade, cloudwatch.Dashboard]:
    """Create an empty dashboard that CloudFormation names, and what fills it.

    Args:
        scope: Parent construct; both are below its children "Dashboards" and "Monitoring".

    Returns:
        What adds graphs, and the dashboard.
    """
    # 0.25 s and 14 MB of memory, which an app without dashboards shall not pay for.
    from cdk_monitoring_constructs import AlarmFactoryDefaults, DefaultDashboardFactory, MonitoringFacade

    # The library insists on a name, though CloudFormation gives one that is in nobody's way.
    unused = regional_name(scope, longest=64)
    factory = DefaultDashboardFactory(scope, "Dashboards", dashboard_name_prefix=unused)
    dashboard = factory.dashboard
    if not isinstance(dashboard, cloudwatch.Dashboard):
        raise TypeError(f"cdk-monitoring-constructs must create a Dashboard, it created {dashboard!r}")
    resource = dashboard.node.default_child
    if not isinstance(resource, cloudwatch.CfnDashboard):
        raise TypeError(f"a Dashboard must hold a CfnDashboard, it holds {resource!r}")
    resource.add_property_deletion_override("DashboardName")
    monitoring = MonitoringFacade(
        scope,
        "Monitoring",
        dashboard_factory=factory,
        alarm_factory_defaults=AlarmFactoryDefaults(alarm_name_prefix=unused, actions_enabled=False),
    )
    return monitoring, dashboard
