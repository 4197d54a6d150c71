"""How an HTTP API reaches tasks that Cloud Map names."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct


class CloudMapIntegration(apigwv2.HttpRouteIntegration):
    """A private integration through a VPC link; the CDK's own (2.275) takes a timeout and forgets it.

    Args:
        id: Id of the integration, in the scope of the first route that uses it.
        service: Where tasks are registered, with their ports.
        vpc_link: The way into their VPC.
        parameter_mapping: What the gateway changes in requests.
        timeout: How long the gateway waits for an answer, at most 30 s.
    """

    def __init__(
        self,
        id: str,
        *,
        service: servicediscovery.IService,
        vpc_link: apigwv2.IVpcLink,
        parameter_mapping: apigwv2.ParameterMapping,
        timeout: Duration,
    ) -> None:
        super().__init__(id)
        self._config = apigwv2.HttpRouteIntegrationConfig(
            type=apigwv2.HttpIntegrationType.HTTP_PROXY,
            payload_format_version=apigwv2.PayloadFormatVersion.VERSION_1_0,
            method=apigwv2.HttpMethod.ANY,
            connection_type=apigwv2.HttpConnectionType.VPC_LINK,
            connection_id=vpc_link.vpc_link_id,
            uri=service.service_arn,
            parameter_mapping=parameter_mapping,
            timeout=timeout,
        )

    def bind(self, *, route: apigwv2.IHttpRoute, scope: Construct) -> apigwv2.HttpRouteIntegrationConfig:  # noqa: ARG002
        """Give what the route's integration consists of."""
        return self._config
