"""Where services run that are no functions: VPC, cluster, names, and the gateway's way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from aws_cdk import Names
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct

from mach_constructs.network.egress import Egress
from mach_constructs.network.isolated_vpc import IsolatedVpc

_LONGEST_LABEL = 63
_CONTAINER_INSIGHTS = tuple(("containerInsights", value) for value in ("enabled", "enhanced"))


class ServiceNetwork(Construct):
    """A network that services on Fargate share, made of what exists and what is created for the rest.

    Creates, unless given: a VPC over several zones with a way out for its private subnets (see `Egress`), gateway
    endpoints for S3 and DynamoDB, flow logs of refused traffic; a cluster with Fargate and Fargate Spot. When the first
    service with routes asks for them: a private Cloud Map namespace (a hosted zone, 0.50 USD a month) and a VPC link
    (free), by which HTTP APIs reach tasks without a load balancer. One of each serves all services and APIs in the VPC.

    Args:
        scope: Parent construct, as a rule in a stack of the platform.
        id: Construct id.
        vpc: A VPC that exists, with private or isolated subnets and their way to ECR, CloudWatch Logs and X-Ray.
        cluster: A cluster that exists; its VPC is used.
        namespace: A Cloud Map namespace that exists, with DNS in this VPC; that of the cluster by default.
        vpc_link: A VPC link that exists; needs `link_security_group`.
        link_security_group: The security group of that VPC link, which tasks let in.
        availability_zones: Zones of a new VPC, 2 to 6.
        egress: Way out of a new VPC's private subnets.
        endpoints: AWS services that tasks call besides S3 and DynamoDB; with `ENDPOINTS` each gets an endpoint. ECR,
            CloudWatch Logs, X-Ray and SQS by default. Add `SECRETS_MANAGER` and the like as services need them.
        gigabytes_a_month: Expected traffic to them, by which `CHEAPEST` decides.

    Raises:
        ValueError: An argument contradicts another, or a number is out of range.

    Example:
        network = ServiceNetwork(platform, "Network")
        Microservice(stack, "Reviews", compute=FargateCompute("lambdas/reviews", network=network))
    """

    vpc: ec2.IVpc
    """The VPC."""
    cluster: ecs.ICluster
    """Where services run."""
    created_vpc: IsolatedVpc | None
    """The VPC's parts; None when the VPC existed."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc | None = None,
        cluster: ecs.ICluster | None = None,
        namespace: servicediscovery.INamespace | None = None,
        vpc_link: apigwv2.IVpcLink | None = None,
        link_security_group: ec2.ISecurityGroup | None = None,
        availability_zones: int | None = None,
        egress: Egress | None = None,
        endpoints: Mapping[str, ec2.IInterfaceVpcEndpointService] | None = None,
        gigabytes_a_month: int | None = None,
    ) -> None:
        existing = cluster.vpc if cluster is not None else vpc
        if cluster is not None and vpc is not None and cluster.vpc.vpc_id != vpc.vpc_id:
            raise ValueError(f"vpc must be that of cluster {cluster.node.path}, got {vpc.node.path}")
        if (vpc_link is None) != (link_security_group is None):
            missing = "vpc_link" if vpc_link is None else "link_security_group"
            raise ValueError(f"vpc_link and link_security_group must be given together, got no {missing}")
        own = {
            "availability_zones": availability_zones,
            "egress": egress,
            "endpoints": endpoints,
            "gigabytes_a_month": gigabytes_a_month,
        }
        for argument, value in own.items():
            if existing is not None and value is not None:
                raise ValueError(f"{argument} must not be given with a VPC that exists, whose owner sets it")
        super().__init__(scope, id)
        self.created_vpc = None
        if existing is None:
            self.created_vpc = IsolatedVpc(
                self,
                "Vpc",
                availability_zones=2 if availability_zones is None else availability_zones,
                egress=egress or Egress.CHEAPEST,
                endpoints=endpoints,
                gigabytes_a_month=50 if gigabytes_a_month is None else gigabytes_a_month,
            )
        self.vpc = existing or self._own_vpc()
        self.cluster = cluster or ecs.Cluster(
            self,
            "Cluster",
            vpc=self.vpc,
            enable_fargate_capacity_providers=True,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        self._namespace = namespace
        self._vpc_link = vpc_link
        self._link_security_group = link_security_group

    @property
    def container_insights(self) -> bool:
        """Whether the cluster is known to have Container Insights; nothing says so of one that this app imports."""
        resource = self.cluster.node.default_child
        settings = resource.cluster_settings if isinstance(resource, ecs.CfnCluster) else None
        return isinstance(settings, list) and any(
            isinstance(setting, ecs.CfnCluster.ClusterSettingsProperty)
            and (setting.name, setting.value) in _CONTAINER_INSIGHTS
            for setting in settings
        )

    @property
    def subnets(self) -> ec2.SubnetSelection:
        """Where tasks and the VPC link are placed: private subnets, or isolated ones where there are no others."""
        kind = ec2.SubnetType.PRIVATE_WITH_EGRESS if self.vpc.private_subnets else ec2.SubnetType.PRIVATE_ISOLATED
        return ec2.SubnetSelection(subnet_type=kind)

    @cached_property
    def namespace(self) -> servicediscovery.INamespace:
        """Where tasks are registered; created when it is first asked for."""
        existing = self._namespace or self.cluster.default_cloud_map_namespace
        if existing is not None:
            return existing
        # A hosted zone's name is unique in its VPC; that of the construct is unique in the account and region.
        label = Names.unique_resource_name(self, max_length=_LONGEST_LABEL, separator="-").lower()
        return servicediscovery.PrivateDnsNamespace(self, "Namespace", vpc=self.vpc, name=f"{label}.internal")

    @cached_property
    def link_security_group(self) -> ec2.ISecurityGroup:
        """Where requests come from that arrive by the VPC link; created when it is first asked for."""
        return self._link_security_group or ec2.SecurityGroup(
            self,
            "LinkSecurityGroup",
            vpc=self.vpc,
            description="VPC link: nothing comes in, requests go to tasks of any stack",
            allow_all_outbound=True,
        )

    @cached_property
    def vpc_link(self) -> apigwv2.IVpcLink:
        """How HTTP APIs reach the VPC; created when it is first asked for."""
        return self._vpc_link or apigwv2.VpcLink(
            self, "VpcLink", vpc=self.vpc, subnets=self.subnets, security_groups=[self.link_security_group]
        )

    @property
    def interface_endpoints(self) -> Sequence[ec2.InterfaceVpcEndpoint]:
        """The interface endpoints that were created."""
        return self.created_vpc.interface_endpoints if self.created_vpc is not None else ()

    def _own_vpc(self) -> ec2.Vpc:
        if self.created_vpc is None:
            raise AssertionError("a VPC is created when none exists")
        return self.created_vpc.vpc
