"""A queue as what a function is invoked with."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.events.delivery import Delivery


def queue_source(
    scope: Construct, queue: sqs.IQueue, function: lambda_.IFunction, delivery: Delivery
) -> lambda_.EventSourceMapping:
    """Let Lambda poll a queue for a function, with partial batch responses.

    Args:
        scope: Parent construct; the mapping is its child "Source".
        queue: What is polled; the function's role may read and delete its messages.
        function: Who gets the batches.
        delivery: How large they are, and how many at once.

    Returns:
        The mapping.
    """
    queue.grant_consume_messages(function)
    source = lambda_.EventSourceMapping(
        scope,
        "Source",
        target=function,
        event_source_arn=queue.queue_arn,
        batch_size=delivery.batch_size,
        max_batching_window=delivery.window if delivery.window.to_seconds() else None,
        max_concurrency=delivery.max_concurrency,
        report_batch_item_failures=True,
    )
    acknowledge(
        source,
        ["Serverless::Serverless-LambdaEventSourceMappingDestination"],
        reason="Lambda offers failure destinations for streams only; a queue's redrive policy does the same.",
    )
    return source
