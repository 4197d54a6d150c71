"""A VPC for tasks that nobody reaches from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Fn, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.network.egress import Egress, cheapest
from mach_constructs.validation import require_between

_DEFAULT_ENDPOINTS: Mapping[str, ec2.IInterfaceVpcEndpointService] = {
    "EcrApi": ec2.InterfaceVpcEndpointAwsService.ECR,
    "EcrDocker": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Xray": ec2.InterfaceVpcEndpointAwsService.XRAY,
}


class IsolatedVpc(Construct):
    """A VPC whose tasks have no public addresses, with endpoints or NAT gateways as their way out.

    Creates the VPC, gateway endpoints for S3 and DynamoDB (free), flow logs of refused traffic, and either interface
    endpoints for isolated subnets or a NAT gateway in each zone for private ones. `egress.monthly_cost` says what
    either costs.

    Args:
        scope: Parent construct.
        id: Construct id.
        availability_zones: 2 to 6.
        egress: The way out.
        endpoints: AWS services that tasks call, by construct id; ECR, CloudWatch Logs, X-Ray and SQS by default.
        gigabytes_a_month: Expected traffic to them, 0 or more.

    Raises:
        ValueError: A number is out of range, or the endpoints contradict the way out.

    Example:
        IsolatedVpc(self, "Vpc", egress=Egress.ENDPOINTS)
    """

    vpc: ec2.Vpc
    """The VPC."""
    egress: Egress
    """The way out that was chosen: `ENDPOINTS` or `NAT`."""
    interface_endpoints: Sequence[ec2.InterfaceVpcEndpoint]
    """The interface endpoints; none with NAT gateways."""
    flow_logs: logs.LogGroup
    """Traffic that was refused."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        availability_zones: int = 2,
        egress: Egress = Egress.CHEAPEST,
        endpoints: Mapping[str, ec2.IInterfaceVpcEndpointService] | None = None,
        gigabytes_a_month: int = 50,
    ) -> None:
        require_between("availability_zones", availability_zones, 2, 6)
        require_between("gigabytes_a_month", gigabytes_a_month, 0, 1_000_000)
        if endpoints is not None and egress is Egress.NAT:
            raise ValueError("endpoints must not be given with NAT gateways, which lead to every service")
        wanted = _DEFAULT_ENDPOINTS if endpoints is None else endpoints
        if not wanted and egress is not Egress.NAT:
            raise ValueError("endpoints must be at least one, or tasks could not even get their image, got none")
        super().__init__(scope, id)
        self.egress = egress
        if egress is Egress.CHEAPEST:
            self.egress = cheapest(endpoints=len(wanted), zones=availability_zones, gigabytes=gigabytes_a_month)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            # By number: names would be looked up with somebody's credentials, and a stack for any region has but two.
            availability_zones=[Fn.select(number, Fn.get_azs()) for number in range(availability_zones)],
            nat_gateways=availability_zones if self.egress is Egress.NAT else 0,
            subnet_configuration=self._subnets(),
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
            },
            # It would take a function that runs at every deployment; nothing is ever placed in the default group.
            restrict_default_security_group=False,
        )
        self.flow_logs = logs.LogGroup(
            self, "FlowLogs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.RETAIN
        )
        self.vpc.add_flow_log(
            "RefusedTraffic",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(self.flow_logs),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
        self.interface_endpoints = ()
        if self.egress is Egress.ENDPOINTS:
            group = self._endpoints_security_group()
            self.interface_endpoints = tuple(
                self.vpc.add_interface_endpoint(name, service=service, security_groups=[group], open=False)
                for name, service in wanted.items()
            )

    def _subnets(self) -> list[ec2.SubnetConfiguration]:
        if self.egress is Egress.ENDPOINTS:
            return [ec2.SubnetConfiguration(name="Tasks", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=20)]
        return [
            ec2.SubnetConfiguration(name="Tasks", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20),
            ec2.SubnetConfiguration(
                name="Gateways", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28, map_public_ip_on_launch=False
            ),
        ]

    def _endpoints_security_group(self) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "EndpointsSecurityGroup",
            vpc=self.vpc,
            description="Interface endpoints: TLS from within the VPC",
            allow_all_outbound=False,
        )
        group.add_ingress_rule(ec2.Peer.ipv4(self.vpc.vpc_cidr_block), ec2.Port.tcp(443), "TLS from within the VPC")
        acknowledge(
            group,
            ["AwsSolutions::AwsSolutions-EC23"],
            reason="The rule cannot read the range, which is the VPC's own; it is not open to the internet.",
        )
        return group
