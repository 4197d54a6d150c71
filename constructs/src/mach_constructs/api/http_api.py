"""What an HTTP front creates when it is given no API."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.api.access_logs import JsonAccessLogs
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction

_UNMATCHED_ROUTE = Path(__file__).parent / "unmatched_route"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
_SHORTEST_WAIT, _LONGEST_WAIT = 50, 30_000


def require_wait(timeout: Duration | None) -> None:
    """Check how long an API shall wait for a service.

    Args:
        timeout: The time; None leaves it to API Gateway.

    Raises:
        ValueError: It is not between 50 ms and 30 s.
    """
    if timeout is None or timeout.is_unresolved():
        return
    if not _SHORTEST_WAIT <= timeout.to_milliseconds(integral=False) <= _LONGEST_WAIT:
        raise ValueError(f"timeout must be between 50 ms and 30 s, got {timeout.to_human_string()}")


def create_unmatched_route(scope: Construct) -> ServiceFunction:
    """Create what answers requests that no route matches.

    Args:
        scope: The front; the function is its child "UnmatchedRoute".

    Returns:
        The function.
    """
    return ServiceFunction(
        scope,
        "UnmatchedRoute",
        compute=LambdaCompute(_UNMATCHED_ROUTE, memory=128),
        handler="handler.handler",
        description="Answers requests that no route matches",
        default_timeout=Duration.seconds(3),
        environment={},
    )


def create_api(scope: Construct, *, unmatched: lambda_.IFunction, default_endpoint: bool) -> apigwv2.HttpApi:
    """Create an API without a stage.

    Args:
        scope: The front; the API is its child "Api".
        unmatched: What answers requests that no route matches.
        default_endpoint: Whether it answers at the name that AWS gives it.

    Returns:
        The API.
    """
    api = apigwv2.HttpApi(
        scope,
        "Api",
        create_default_stage=False,
        disable_execute_api_endpoint=None if default_endpoint else True,
        default_integration=integrations.HttpLambdaIntegration("Integration", unmatched),
    )
    acknowledge(
        api.node.find_child("DefaultRoute"),
        ["AwsSolutions::AwsSolutions-APIG4", "Serverless::Serverless-APIGWDefaultAuthorizer"],
        reason="The default route answers 404 to everybody and reaches no data.",
    )
    return api


def create_stage(
    scope: Construct, api: apigwv2.IHttpApi, access_logs: logs.LogGroup, *, rate: int, burst: int
) -> apigwv2.HttpStage:
    """Create a stage that deploys every change of its API.

    Args:
        scope: The front; the stage is its child "Stage".
        api: The API.
        access_logs: Where it notes requests.
        rate: Requests a second beyond which calls get 429.
        burst: Requests above that rate accepted at once.

    Returns:
        The stage.
    """
    return apigwv2.HttpStage(
        scope,
        "Stage",
        http_api=api,
        stage_name="$default",
        auto_deploy=True,
        throttle=apigwv2.ThrottleSettings(rate_limit=rate, burst_limit=burst),
        access_log_settings=JsonAccessLogs(access_logs),
    )
