"""Networks of services on Fargate: what is created, what is accepted, and what is cheaper."""

from collections.abc import Callable

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Match, Template

from mach_constructs import Egress, ServiceNetwork
from mach_constructs.network.egress import cheapest, monthly_cost


@pytest.mark.parametrize(
    ("endpoints", "gigabytes", "expected"),
    [
        (5, 0, Egress.ENDPOINTS),  # the same by the hour: what leads to less wins
        (4, 0, Egress.ENDPOINTS),
        (6, 0, Egress.NAT),
        (6, 417, Egress.NAT),
        (6, 418, Egress.ENDPOINTS),  # 2 zones x 730 h x 0.01 USD are saved from 14.60 / 0.035 GB on
    ],
)
def test_the_cheaper_way_out_follows_from_list_prices(endpoints: int, gigabytes: int, expected: Egress) -> None:
    assert cheapest(endpoints=endpoints, zones=2, gigabytes=gigabytes) is expected


def test_prices_are_those_of_the_docstring() -> None:
    assert monthly_cost(Egress.ENDPOINTS, endpoints=5, zones=2, gigabytes=100) == pytest.approx(74.0)
    assert monthly_cost(Egress.NAT, endpoints=5, zones=2, gigabytes=100) == pytest.approx(77.5)
    with pytest.raises(ValueError, match="egress must be ENDPOINTS or NAT to have a price, got CHEAPEST"):
        monthly_cost(Egress.CHEAPEST, endpoints=1, zones=2, gigabytes=0)


def test_isolated_subnets_reach_aws_by_endpoints(stack: Stack) -> None:
    network = ServiceNetwork(stack, "Network")
    template = Template.from_stack(stack)

    assert network.created_vpc is not None
    assert network.created_vpc.egress is Egress.ENDPOINTS
    template.resource_count_is("AWS::EC2::NatGateway", 0)
    template.resource_count_is("AWS::EC2::InternetGateway", 0)
    template.resource_properties_count_is("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface"}, 5)
    template.resource_properties_count_is("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway"}, 2)
    template.has_resource_properties("AWS::EC2::FlowLog", {"TrafficType": "REJECT"})


def test_more_endpoints_than_a_nat_gateway_costs_make_it_one(stack: Stack) -> None:
    services = ec2.InterfaceVpcEndpointAwsService
    endpoints = {name: getattr(services, name) for name in ("ECR", "ECR_DOCKER", "SQS", "SNS", "KMS", "SSM")}
    network = ServiceNetwork(stack, "Network", endpoints=endpoints)

    assert network.interface_endpoints == ()
    Template.from_stack(stack).resource_count_is("AWS::EC2::NatGateway", 2)


def test_the_way_out_can_be_chosen(stack: Stack) -> None:
    ServiceNetwork(stack, "Network", egress=Egress.NAT, availability_zones=3)
    Template.from_stack(stack).resource_count_is("AWS::EC2::NatGateway", 3)


def test_link_and_namespace_are_created_once_and_when_asked_for(stack: Stack) -> None:
    network = ServiceNetwork(stack, "Network")
    Template.from_stack(stack).resource_count_is("AWS::ApiGatewayV2::VpcLink", 0)
    assert network.vpc_link is network.vpc_link
    assert network.namespace is network.namespace


def test_what_exists_is_used(app: App, stack: Stack) -> None:
    theirs = Stack(app, "Theirs")
    vpc = ec2.Vpc(theirs, "Vpc")
    cluster = ecs.Cluster(
        theirs, "Cluster", vpc=vpc, default_cloud_map_namespace=ecs.CloudMapNamespaceOptions(name="their.internal")
    )
    first = ServiceNetwork(theirs, "First", cluster=cluster)
    second = ServiceNetwork(
        stack,
        "Second",
        cluster=cluster,
        vpc_link=first.vpc_link,
        link_security_group=first.link_security_group,
    )

    assert cluster.default_cloud_map_namespace is not None
    assert second.namespace.node.path == cluster.default_cloud_map_namespace.node.path
    assert second.vpc_link is first.vpc_link
    assert Template.from_stack(stack).to_json().get("Resources") is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (lambda vpc, _: {"vpc": vpc, "egress": Egress.NAT}, "egress must not be given with a VPC that exists"),
        (lambda vpc, _: {"vpc": vpc, "availability_zones": 2}, "availability_zones must not be given with a VPC"),
        (lambda _, other: {"link_security_group": other}, "must be given together, got no vpc_link"),
        (lambda *_: {"availability_zones": 1}, "availability_zones must be between 2 and 6, got 1"),
        (lambda *_: {"gigabytes_a_month": -1}, "gigabytes_a_month must be between 0 and 1000000, got -1"),
    ],
)
def test_contradictions_are_refused(
    stack: Stack, arguments: Callable[[ec2.Vpc, ec2.SecurityGroup], dict[str, object]], message: str
) -> None:
    vpc = ec2.Vpc(stack, "Existing")
    given = arguments(vpc, ec2.SecurityGroup(stack, "Group", vpc=vpc))
    with pytest.raises(ValueError, match=message):
        ServiceNetwork(stack, "Network", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("egress", "endpoints", "message"),
    [
        (Egress.ENDPOINTS, {}, "endpoints must be at least one, or tasks could not even get their image, got none"),
        (
            Egress.NAT,
            {"Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS},
            "not be given with NAT gateways",
        ),
    ],
)
def test_endpoints_are_for_a_network_of_endpoints(
    stack: Stack, egress: Egress, endpoints: dict[str, ec2.IInterfaceVpcEndpointService], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ServiceNetwork(stack, "Network", egress=egress, endpoints=endpoints)


def test_a_cluster_of_another_vpc_is_refused(stack: Stack) -> None:
    cluster = ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Theirs"))
    with pytest.raises(ValueError, match="vpc must be that of cluster Service/Cluster, got Service/Other"):
        ServiceNetwork(stack, "Network", cluster=cluster, vpc=ec2.Vpc(stack, "Other"))


def test_the_vpc_link_lets_nobody_in(stack: Stack) -> None:
    _ = ServiceNetwork(stack, "Network").vpc_link
    Template.from_stack(stack).has_resource_properties(
        "AWS::EC2::SecurityGroup",
        {"GroupDescription": Match.string_like_regexp("VPC link"), "SecurityGroupIngress": Match.absent()},
    )
