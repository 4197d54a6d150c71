"""The HTTP API that all services share."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.api.access_logs import JsonAccessLogs
from mach_constructs.api.authorization import Authorization
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.observability.resource_alarms import api_alarms
from mach_constructs.validation import require_between

_UNMATCHED_ROUTE = Path(__file__).parent / "unmatched_route"
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_MOST_METRIC_FILTERS = 100


class HttpFront(Construct):
    """An HTTP API (API Gateway v2) whose routes live in the services' own stacks.

    Creates the API with a `$default` stage that deploys itself, JSON access logs, throttling, an alarm on server
    errors, and a function that answers whatever no route matches with a 404 as problem+json. Costs per request only.

    Args:
        scope: Parent construct.
        id: Construct id.
        authorization: How routes with scopes are protected; without it only public routes can be added.
        cors: What browsers of other origins may do; by default nothing.
        requests_per_second: Sustained rate of all callers together, beyond which calls get 429.
        burst: Requests above that rate accepted at once.
        log_retention: How long access logs are kept.
        existing: An API to add routes to, instead of a new one. Its stage, logs and default route remain its owner's.

    Raises:
        ValueError: Rate or burst is out of range, or arguments for a new API come with an existing one.
    """

    api: apigwv2.IHttpApi
    """The API."""
    stage: apigwv2.HttpStage | None
    """Its `$default` stage; None for an existing API."""
    access_logs: logs.LogGroup | None
    """Its access logs; None for an existing API."""
    unmatched_route: ServiceFunction | None
    """What answers requests that no route matches; None for an existing API."""
    authorization: Authorization | None
    """How routes with scopes are protected."""
    authorizer: apigwv2.IHttpRouteAuthorizer | None
    """The gateway's authorizer, if it is the gateway that checks tokens."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on server errors and on the default route's function."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        authorization: Authorization | None = None,
        cors: apigwv2.CorsPreflightOptions | None = None,
        requests_per_second: int = 1_000,
        burst: int = 2_000,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        existing: apigwv2.IHttpApi | None = None,
    ) -> None:
        require_between("requests_per_second", requests_per_second, 1, 10_000)
        require_between("burst", burst, 1, 5_000)
        if existing is not None and cors is not None:
            raise ValueError("cors must not be given with an existing API, whose owner sets it")
        super().__init__(scope, id)
        self._metric_filters = 0
        self.stage = None
        self.access_logs = None
        self.unmatched_route = None
        self.alarms = ()
        if existing is not None:
            self.api = existing
        else:
            self.api = self._create_api(cors)
            self.access_logs = logs.LogGroup(self, "AccessLogs", retention=log_retention)
            self.stage = self._create_stage(self.api, self.access_logs, requests_per_second, burst)
            self.alarms += api_alarms(self, self.api, requests_per_second=requests_per_second)
        self.authorization = authorization
        self.authorizer = authorization.authorizer(self, self.api) if authorization else None

    def require_metric_filters(self, count: int) -> logs.LogGroup:
        """Give the access logs if they take so many more metric filters.

        Args:
            count: How many, of the 100 that a log group takes.

        Returns:
            The access logs.

        Raises:
            ValueError: They take fewer, or the API is an existing one, whose access logs are its owner's.
        """
        if self.access_logs is None:
            raise ValueError("objective needs a front that creates its API, whose access logs it is measured by")
        if self._metric_filters + count > _MOST_METRIC_FILTERS:
            raise ValueError(
                f"objective needs {count} metric filters on the access logs of {self.node.path}, which has "
                f"{self._metric_filters} of the {_MOST_METRIC_FILTERS} AWS allows: give some services another front"
            )
        return self.access_logs

    def take_metric_filters(self, count: int) -> logs.LogGroup:
        """Give the access logs to a caller who puts metric filters on them.

        Args:
            count: How many.

        Returns:
            The access logs.

        Raises:
            ValueError: As `require_metric_filters`.
        """
        access_logs = self.require_metric_filters(count)
        self._metric_filters += count
        return access_logs

    @property
    def url(self) -> str:
        """Base URL, without a slash at the end."""
        return self.api.api_endpoint

    def _create_api(self, cors: apigwv2.CorsPreflightOptions | None) -> apigwv2.IHttpApi:
        unmatched = ServiceFunction(
            self,
            "UnmatchedRoute",
            compute=LambdaCompute(_UNMATCHED_ROUTE, memory=128),
            handler="handler.handler",
            description="Answers requests that no route matches",
            default_timeout=Duration.seconds(3),
            environment={},
        )
        self.unmatched_route = unmatched
        self.alarms += unmatched.alarms
        api = apigwv2.HttpApi(
            self,
            "Api",
            create_default_stage=False,
            cors_preflight=cors,
            default_integration=integrations.HttpLambdaIntegration("Integration", unmatched.function),
        )
        default_route = api.node.find_child("DefaultRoute")
        acknowledge(
            default_route,
            ["AwsSolutions::AwsSolutions-APIG4", "Serverless::Serverless-APIGWDefaultAuthorizer"],
            reason="The default route answers 404 to everybody and reaches no data.",
        )
        return api

    def _create_stage(
        self, api: apigwv2.IHttpApi, access_logs: logs.LogGroup, requests_per_second: int, burst: int
    ) -> apigwv2.HttpStage:
        return apigwv2.HttpStage(
            self,
            "Stage",
            http_api=api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigwv2.ThrottleSettings(rate_limit=requests_per_second, burst_limit=burst),
            access_log_settings=JsonAccessLogs(access_logs),
        )
