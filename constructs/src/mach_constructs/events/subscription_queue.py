"""The queue of a subscription, and where its events end when they cannot be processed."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.delivery import Delivery


def subscription_queue(
    scope: Construct, *, delivery: Delivery, timeout: Duration, dead_letters: sqs.IQueue
) -> sqs.Queue:
    """Create the queue that feeds a consumer, encrypted, over TLS only.

    Args:
        scope: Parent construct; the queue is its child "Queue".
        delivery: How it hands events over.
        timeout: How long a batch may take.
        dead_letters: Where events go after their attempts; FIFO if the delivery is ordered.

    Returns:
        The queue.

    Raises:
        ValueError: The timeout does not fit what SQS allows.
    """
    return sqs.Queue(
        scope,
        "Queue",
        # CloudFormation takes no `false` here.
        fifo=True if delivery.ordered else None,
        content_based_deduplication=True if delivery.ordered else None,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=delivery.visibility_timeout(timeout),
        retention_period=delivery.retention,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=delivery.attempts),
    )
