"""The ECS service that serves a microservice's routes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.api.authorization import JwtAtGateway
from mach_constructs.compute.compute import HandlerUse
from mach_constructs.compute.fargate.cloud_map_integration import CloudMapIntegration
from mach_constructs.compute.fargate.fargate_service import FargateService
from mach_constructs.compute.fargate.mach_runtime.gateway_headers import CONTEXT_VARIABLES
from mach_constructs.compute.fargate.task import HANDLER_PORT
from mach_constructs.stores.store import Access

if TYPE_CHECKING:
    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.compute.fargate.fargate_compute import FargateCompute
    from mach_constructs.compute.fargate.service_image import ServiceImage
    from mach_constructs.events.delivery import Delivery
    from mach_constructs.network.service_network import ServiceNetwork

# How long requests are still taken once a task is told to stop, because the gateway may not know yet that Cloud Map has
# let go of it. AWS does not say how long the gateway remembers: this is a choice, longer than the 10 s for which the
# task's own record may be cached, and short enough that with the longest request a task ends within the 120 s of ECS.
_DEREGISTRATION_SECONDS = 15
_SECONDS_TO_CLOSE = 10
# The gateway waits a second longer than the service takes, so that it is the service that answers 504.
_GATEWAY_MARGIN = 1


class WebService(FargateService):
    """Serves all routes of a service; API Gateway reaches the tasks by a VPC link, and nobody else does.

    Args:
        scope: The microservice.
        id: Construct id.
        compute: Code, size and whatever else the service says.
        uses: The handlers and their routes.
        image: The service's image.
        network: Where it runs.
        environment: Variables that follow from the service.

    Example:
        service = Microservice(
            self, "Reviews", compute=FargateCompute("lambdas/reviews", network=network), front=front, routes=routes
        )
        web = service.workloads["api.handler"]
        if isinstance(web, WebService):
            web.count.scale_on_memory_utilization("Memory", target_utilization_percent=70)
    """

    count: ecs.ScalableTaskCount
    """How many tasks run."""
    routes: Mapping[str, str]
    """Handlers by route key, as the runtime is told."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: FargateCompute,
        uses: Sequence[HandlerUse],
        image: ServiceImage,
        network: ServiceNetwork,
        environment: Mapping[str, str],
    ) -> None:
        self.routes = {route.key: f"{compute.package}.{use.handler}" for use in uses for route in use.routes}
        self._with_tokens = [route.key for use in uses for route in use.routes if route.takes_token]
        self._network = network
        timeout = compute.request_timeout
        super().__init__(
            scope,
            id,
            compute=compute,
            command="web",
            image=image,
            network=network,
            environment={
                **environment,
                "ROUTES": json.dumps(self.routes),
                "DEREGISTRATION_SECONDS": str(_DEREGISTRATION_SECONDS),
            },
            timeout=timeout,
            access=Access.READ if all(use.reads_only for use in uses) else Access.READ_WRITE,
            drain=timeout,
            stop_timeout=Duration.seconds(_DEREGISTRATION_SECONDS + int(timeout.to_seconds()) + _SECONDS_TO_CLOSE),
            cpu_target=compute.web_scaling.cpu,
            cloud_map=True,
        )
        self.connections.allow_from(
            network.link_security_group, ec2.Port.tcp(HANDLER_PORT), "Requests that come by the VPC link"
        )
        scaling = compute.web_scaling
        self.count = self.scale(min_tasks=scaling.min_tasks, max_tasks=scaling.max_tasks, cooldown=scaling.cooldown)
        if scaling.requests_per_task is not None:
            self.count.scale_to_track_custom_metric(
                "Requests",
                metric=self.metrics.requests_per_task(),
                target_value=scaling.requests_per_task,
                scale_in_cooldown=scaling.cooldown,
                scale_out_cooldown=scaling.cooldown,
            )

    def integration(self, scope: Construct, front: HttpFront) -> apigwv2.HttpRouteIntegration:  # noqa: ARG002
        """Give the integration: by VPC link to whatever task Cloud Map names.

        Headers that say what the gateway knows of a request are overwritten, so that no client can forge them.
        """
        if isinstance(front.authorization, JwtAtGateway):
            self.container.add_environment("JWT_ROUTES", json.dumps(self._with_tokens))
        mapping = apigwv2.ParameterMapping()
        for header, variable in CONTEXT_VARIABLES.items():
            mapping.overwrite_header(header, apigwv2.MappingValue.context_variable(variable))
        if front.stage is None:
            # An API of another owner may have a named stage, which the gateway would put before the path.
            mapping.overwrite_path(apigwv2.MappingValue.request_path())
        cloud_map = self.service.cloud_map_service
        if cloud_map is None:
            raise AssertionError("a web service is registered with Cloud Map")
        return CloudMapIntegration(
            "Integration",
            service=cloud_map,
            vpc_link=self._network.vpc_link,
            parameter_mapping=mapping,
            timeout=Duration.seconds(int(self.timeout.to_seconds()) + _GATEWAY_MARGIN),
        )

    def consume(self, scope: Construct, queue: sqs.IQueue, delivery: Delivery) -> lambda_.EventSourceMapping | None:  # noqa: ARG002
        """Refuse queues: another service of the microservice works on them.

        Raises:
            ValueError: Always.
        """
        raise ValueError(f"{self.node.path} serves routes, so it cannot consume {queue.node.path}")
