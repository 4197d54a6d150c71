"""How tasks are registered, so that API Gateway finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_servicediscovery as servicediscovery

from mach_constructs.compute.fargate.task import HANDLER_PORT

if TYPE_CHECKING:
    from mach_constructs.network.service_network import ServiceNetwork


def cloud_map_options(container: ecs.ContainerDefinition, network: ServiceNetwork) -> ecs.CloudMapOptions:
    """Register each task with its address and port.

    Args:
        container: What answers requests.
        network: Whose namespace they are registered in.

    Returns:
        The options of an ECS service. API Gateway asks Cloud Map for address and port; only SRV records carry the port.
    """
    return ecs.CloudMapOptions(
        cloud_map_namespace=network.namespace,
        container=container,
        container_port=HANDLER_PORT,
        dns_record_type=servicediscovery.DnsRecordType.SRV,
        dns_ttl=Duration.seconds(10),
    )
