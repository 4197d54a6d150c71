"""What goes over a bus, written to a log for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.events.sampling import require_share, sample_pattern

_WRITERS = ("events.amazonaws.com", "delivery.logs.amazonaws.com")


@dataclass(frozen=True, kw_only=True)
class EventLog:
    """Asks a mesh to log what goes over it: `EventMesh(log=EventLog(share=1 / 16))`.

    Attributes:
        share: How much of it, a multiple of 1/256 up to 1. A sampled event is logged whole.
        retention: How long it is kept.

    Raises:
        ValueError: The share is no such multiple.

    Example:
        EventMesh(self, "Mesh", log=EventLog(share=1 / 16, retention=logs.RetentionDays.ONE_MONTH))
    """

    share: float = 1.0
    retention: logs.RetentionDays = logs.RetentionDays.ONE_WEEK

    def __post_init__(self) -> None:
        require_share("share", self.share)


class CatchAllLog(Construct):
    """Writes a sample of all events, whole, to a log group, from which Logs Insights answers who published what.

    Creates a rule, a log group (retained) and a resource policy of CloudWatch Logs, of which a region of an account
    has ten. CloudWatch Logs charges for what is ingested (about 0.50 USD a GB) and stored; EventBridge charges
    nothing for the rule. What the events carry is readable to whoever may read the log group.

    Args:
        scope: Parent construct.
        id: Construct id.
        bus: The bus.
        log: How much is logged, and for how long it is kept.

    Example:
        CatchAllLog(self, "Log", bus=mesh.bus, log=EventLog(share=1 / 16))
    """

    log_group: logs.LogGroup
    """Where the events are."""
    rule: events.CfnRule
    """What takes the sample."""

    def __init__(self, scope: Construct, id: str, *, bus: events.IEventBus, log: EventLog) -> None:
        super().__init__(scope, id)
        self.log_group = logs.LogGroup(self, "LogGroup", retention=log.retention, removal_policy=RemovalPolicy.RETAIN)
        # The ARN of a log group ends in ":*", which EventBridge does not take.
        arn = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=self.log_group.log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.rule = events.CfnRule(
            self,
            "Rule",
            event_bus_name=bus.event_bus_name,
            event_pattern=sample_pattern(log.share),
            description=f"Logs {log.share:.2%} of all events",
            targets=[events.CfnRule.TargetProperty(arn=arn, id="Log")],
        )
        logs.ResourcePolicy(self, "Policy", policy_statements=self._statements())
        acknowledge(
            self.rule,
            ["Serverless::Serverless-EventBusDLQ", "Mach::DeadLetters"],
            reason="The log is for people to read; no work is lost with a line of it.",
        )

    def _statements(self) -> list[iam.PolicyStatement]:
        # As in "CloudWatch Logs permissions" of
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        principals: list[iam.IPrincipal] = [iam.ServicePrincipal(writer) for writer in _WRITERS]
        arn = self.log_group.log_group_arn
        return [
            iam.PolicyStatement(actions=["logs:CreateLogStream"], principals=principals, resources=[arn]),
            iam.PolicyStatement(
                actions=["logs:PutLogEvents"],
                principals=principals,
                resources=[arn],
                conditions={"ArnEquals": {"aws:SourceArn": self.rule.attr_arn}},
            ),
        ]
