"""Asynchronous invocations: how often they are tried, and where those that fail end."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.validation import require_between, require_duration_between


@dataclass(frozen=True, kw_only=True)
class AsyncInvocation:
    """What Lambda does with invocations that nobody waits for, such as those of S3 or SNS.

    Limits: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html

    Attributes:
        retries: How often a failed invocation is tried again, 0 to 2.
        longest_wait: How old an invocation may get before it is given up, 60 s to 6 h.
        failures: Standard queue for what was given up; a new one, with an alarm, unless given.

    Raises:
        ValueError: A number is out of range, or the queue is a FIFO one, which Lambda sends nothing to
            (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).

    Example:
        LambdaCompute("lambdas/media", async_invocation=AsyncInvocation(retries=1))
    """

    retries: int = 2
    longest_wait: Duration = Duration.hours(6)  # noqa: RUF009 (a Duration is immutable)
    failures: sqs.IQueue | None = None

    def __post_init__(self) -> None:
        require_between("retries", self.retries, 0, 2)
        require_duration_between("longest_wait", self.longest_wait, Duration.seconds(60), Duration.hours(6))
        if self.failures is not None and self.failures.fifo:
            raise ValueError(f"failures must be a standard queue, got {self.failures.node.path}, which is a FIFO one")

    def configure(
        self, scope: Construct, function: lambda_.IFunction
    ) -> tuple[sqs.IQueue, tuple[cloudwatch.Alarm, ...]]:
        """Set a function's (or its alias's) asynchronous invocations up.

        Args:
            scope: Parent construct of the queue and its alarm.
            function: Who is invoked; it may send to the queue.

        Returns:
            The queue, and the alarm on it if the queue is new.
        """
        queue = self.failures
        alarms: tuple[cloudwatch.Alarm, ...] = ()
        if queue is None:
            queue = dead_letter_queue(scope)
            alarms = (dead_letter_alarm(scope, queue),)
        function.configure_async_invoke(
            on_failure=destinations.SqsDestination(queue), retry_attempts=self.retries, max_event_age=self.longest_wait
        )
        return queue, alarms
