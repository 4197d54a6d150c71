"""Where work that could not be done waits for a person."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge

_LONGEST_RETENTION = Duration.days(14)


def dead_letter_queue(scope: Construct, id: str = "DeadLetters", *, fifo: bool = False) -> sqs.Queue:
    """Create a dead-letter queue that keeps messages as long as SQS allows, encrypted, over TLS only.

    Args:
        scope: Parent construct.
        id: Construct id.
        fifo: Whether it takes the dead letters of a FIFO queue, which no other can.

    Returns:
        The queue.
    """
    queue = sqs.Queue(
        scope,
        id,
        fifo=True if fifo else None,  # CloudFormation takes no `false` here
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=_LONGEST_RETENTION,
    )
    acknowledge(
        queue,
        ["AwsSolutions::AwsSolutions-SQS3", "Serverless::Serverless-SQSRedrivePolicy"],
        reason="This is a dead-letter queue itself; an alarm sounds on its first message.",
    )
    return queue
