"""Limits of single routes, set from the stack that the routes are in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge_wildcard
from mach_constructs.api.route import require_route_key
from mach_constructs.api.throttle import Throttle
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction

_CODE = Path(__file__).parent / "route_throttles"
_TIMEOUT = Duration.minutes(1)
_PATIENCE = Duration.minutes(3)


class RouteThrottles(Construct):
    """Throttles single routes of an API whose stage is in another stack.

    CloudFormation knows a route's limits as a part of the stage, and API Gateway refuses them while the route does not
    exist; both in one stack would tie every service to the platform's. So a function, which runs at deployments only,
    sets them by API Gateway's own API after the routes, and removes them before the routes go. It may change this
    stage, and costs nothing in between.

    Args:
        scope: Parent construct, in the stack of the routes.
        id: Construct id.
        api: The API.
        stage: Its stage.
        throttles: The limit of each route by its key, such as "POST /v1/checkouts".

    Raises:
        ValueError: There is no limit, or one is of what is no route.

    Example:
        limits = {"POST /v1/checkouts": Throttle(requests_per_second=50, burst=100)}
        RouteThrottles(self, "Throttles", api=front.api, stage=front.stage, throttles=limits)
    """

    function: ServiceFunction
    """What sets them."""
    resource: CustomResource
    """The limits, for CloudFormation; let it depend on the routes."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: apigwv2.IHttpApi,
        stage: apigwv2.IStage,
        throttles: Mapping[str, Throttle],
    ) -> None:
        if not throttles:
            raise ValueError("throttles must be at least one, got none")
        for key in throttles:
            require_route_key("throttles", key)
        super().__init__(scope, id)
        self.function = ServiceFunction(
            self,
            "Setter",
            compute=LambdaCompute(_CODE, memory=256),
            handler="handler.handler",
            description="Sets the limits of single routes at deployments",
            default_timeout=_TIMEOUT,
            environment={},
        )
        self._grant(api, stage)
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::RouteThrottles",
            service_token=self.function.function.function_arn,
            service_timeout=_PATIENCE,
            properties={
                "ApiId": api.api_id,
                "StageName": stage.stage_name,
                "Throttles": {
                    key: {"RequestsPerSecond": throttle.requests_per_second, "Burst": throttle.burst}
                    for key, throttle in throttles.items()
                },
            },
        )
        self.resource.node.add_dependency(self.function.role)

    def _grant(self, api: apigwv2.IHttpApi, stage: apigwv2.IStage) -> None:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_apigatewaymanagementv2.html
        region, partition = Stack.of(self).region, Stack.of(self).partition
        on_stage = f"arn:{partition}:apigateway:{region}::/apis/{api.api_id}/stages/{stage.stage_name}"
        settings = f"{on_stage}/routesettings/*"
        role = self.function.role
        iam.Grant.add_to_principal(
            grantee=role, actions=["apigateway:PATCH"], resource_arns=[on_stage]
        ).assert_success()
        iam.Grant.add_to_principal(
            grantee=role, actions=["apigateway:DELETE"], resource_arns=[settings]
        ).assert_success()
        acknowledge_wildcard(
            role,
            settings,
            reason="Keys of routes hold slashes and blanks; the grant ends at the settings of this stage's routes.",
        )
