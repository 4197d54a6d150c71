"""What a bus does with each event, logged by EventBridge itself."""

from __future__ import annotations

from aws_cdk import Names, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

_LEVELS = (events.Level.ERROR, events.Level.INFO, events.Level.TRACE)
_LONGEST_NAME = 60


class BusLog(Construct):
    """Logs which rules an event matched, and each attempt to deliver it: what tells why an event did not arrive.

    The log says nothing of what the events carry. Creates a log group (retained), a resource policy of CloudWatch
    Logs, of which a region of an account has ten, and a log delivery for each level up to the one asked for.
    CloudWatch Logs charges about 0.25 USD a GB for it: ERROR says little, TRACE about ten lines an event. Levels and
    lines: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html

    Args:
        scope: Parent construct.
        id: Construct id.
        bus: A bus of this app with the same level in its `log_config`.
        level: How much is logged: ERROR, INFO (deliveries too) or TRACE (every step).

    Example:
        bus = events.EventBus(self, "Bus", log_config=events.LogConfig(level=events.Level.INFO))
        BusLog(self, "BusLog", bus=bus, level=events.Level.INFO)
    """

    log_group: logs.LogGroup
    """Where the lines are."""
    deliveries: tuple[logs.CfnDelivery, ...]
    """What brings them there, a level each."""

    def __init__(self, scope: Construct, id: str, *, bus: events.EventBus, level: events.Level) -> None:
        super().__init__(scope, id)
        self.log_group = logs.LogGroup(
            self, "LogGroup", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.RETAIN
        )
        policy = logs.ResourcePolicy(self, "Policy", policy_statements=[self._statement()])
        destination = logs.CfnDeliveryDestination(
            self,
            "Destination",
            name=Names.unique_resource_name(self, max_length=_LONGEST_NAME),
            destination_resource_arn=self.log_group.log_group_arn,
            delivery_destination_type="CWL",
        )
        destination.node.add_dependency(policy)
        self.deliveries = tuple(self._deliver(bus, each, destination) for each in _LEVELS[: _LEVELS.index(level) + 1])
        # CloudWatch Logs refuses to set up two deliveries to one log group at the same time.
        for earlier, later in zip(self.deliveries, self.deliveries[1:], strict=False):
            later.node.add_dependency(earlier)

    def _deliver(
        self, bus: events.EventBus, level: events.Level, destination: logs.CfnDeliveryDestination
    ) -> logs.CfnDelivery:
        parent = Construct(self, level.value.capitalize())
        source = logs.CfnDeliverySource(
            parent,
            "Source",
            name=Names.unique_resource_name(parent, max_length=_LONGEST_NAME),
            resource_arn=bus.event_bus_arn,
            log_type=f"{level.value}_LOGS",
        )
        delivery = logs.CfnDelivery(
            parent, "Delivery", delivery_source_name=source.name, delivery_destination_arn=destination.attr_arn
        )
        delivery.node.add_dependency(source)
        return delivery

    def _statement(self) -> iam.PolicyStatement:
        # As in "Logs sent to CloudWatch Logs" of
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
        stack = Stack.of(self)
        return iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
            resources=[self.log_group.log_group_arn],
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": stack.format_arn(service="logs", resource="*")},
            },
        )


def require_level(level: events.Level | None, existing: events.IEventBus | None) -> None:
    """Check what a mesh is asked to log.

    Args:
        level: The level, if any.
        existing: The bus that the mesh is given, if any.

    Raises:
        ValueError: The level is OFF, or the bus is not the mesh's own.
    """
    if level is events.Level.OFF:
        raise ValueError("bus_log must be ERROR, INFO or TRACE, or left out, got OFF")
    if level is not None and existing is not None:
        raise ValueError(f"bus_log must be left out for an existing bus, which has its own, got {existing.node.path}")
