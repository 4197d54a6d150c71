"""Everything that went over a bus, kept for a replay."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from mach_constructs.validation import require_between

_FOREVER_IS_TOO_LONG = 3650


def require_archive_days(days: int | None) -> None:
    """Check how long events are kept.

    Args:
        days: What was given; None for no archive.

    Raises:
        ValueError: It is not between 1 and 3650.
    """
    if days is not None:
        require_between("archive_days", days, 1, _FOREVER_IS_TOO_LONG, unit="days")


def archive_of(scope: Construct, bus: events.IEventBus, *, days: int) -> events.Archive:
    """Archive every event of a bus, those of other accounts too.

    Args:
        scope: Parent construct; the archive is its child "Archive".
        bus: The bus, of this account.
        days: How long an event can be replayed.

    Returns:
        The archive. Its own pattern leaves nothing out: each event has the version "0".
    """
    return events.Archive(
        scope,
        "Archive",
        source_event_bus=bus,
        event_pattern=events.EventPattern(version=["0"]),
        retention=Duration.days(days),
        description=f"All events of the last {days} days",
    )


def encrypt(archive: events.Archive, bus: events.IEventBus, key: kms.IKey) -> None:
    """Encrypt an archive with the key of its bus.

    `events.Archive(kms_key=…)` would name the bus's attribute in the key's policy, and the bus names the key: a cycle.

    Args:
        archive: The archive.
        bus: The bus, created in this app.
        key: The key; its policy lets EventBridge use it for this bus only, as in "Encrypting archives" of
            https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-archives-cmkey.html
    """
    resource = cast("events.CfnArchive", archive.node.default_child)
    resource.kms_key_identifier = key.key_arn
    name = cast("events.CfnEventBus", bus.node.default_child).name
    arn = Stack.of(archive).format_arn(service="events", resource="event-bus", resource_name=name)
    principal = iam.ServicePrincipal("events.amazonaws.com")
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            principals=[principal],
            resources=["*"],
            conditions={"StringEquals": {"kms:EncryptionContext:aws:events:event-bus:arn": arn}},
        )
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(actions=["kms:DescribeKey"], principals=[principal], resources=["*"])
    )
