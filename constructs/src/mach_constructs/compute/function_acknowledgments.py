"""Findings that every function of a service has by design, and why they are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mach_constructs.acknowledgments import acknowledge

if TYPE_CHECKING:
    from mach_constructs.compute.service_function import ServiceFunction


def acknowledge_findings(part: ServiceFunction, *, insights: bool) -> None:
    """Record the findings.

    Args:
        part: The function with its role.
        insights: Whether it has the Lambda Insights extension.
    """
    if part.connections is None:
        acknowledge(
            part.role,
            ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"],
            reason="X-Ray's two actions support no resource, and nothing else is granted on *.",
        )
    if insights:
        acknowledge(
            part.role,
            [
                "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/"
                "CloudWatchLambdaInsightsExecutionRolePolicy]"
            ],
            reason="Lambda Insights documents this policy as what its extension needs; it writes one log group.",
        )
    acknowledge(
        part.function,
        ["AwsSolutions::AwsSolutions-L1", "Serverless::Serverless-LambdaLatestVersion"],
        reason="The runtime is a supported one, set by context for the whole app and raised deliberately, "
        "once every locked dependency has wheels for the next.",
    )
    reason = (
        "Nothing invokes the function asynchronously: an API waits for its answer, and queues and streams have "
        "dead-letter queues of their own."
        if part.failures is None
        else "Asynchronous invocations that fail go to the function's failure destination, which tells more than a "
        "dead-letter queue of the function would."
    )
    acknowledge(part.function, ["Serverless::Serverless-LambdaDLQ"], reason=reason)
