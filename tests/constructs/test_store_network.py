"""A store that is reached only inside a network takes the service's compute there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Match, Template
from constructs import Construct

from mach_constructs import Access, HttpFront, LambdaCompute, Microservice, Route, StoreNetwork

ORDERS = Path(__file__).parent / "fixtures/orders"


@dataclass(frozen=True, kw_only=True)
class Cache:
    """A store that a team wrote itself."""

    vpc: ec2.IVpc
    environment_variable: str = "CACHE_ENDPOINT"

    def attach(self, scope: Construct, *, outbox: bool) -> "AttachedCache":
        assert not outbox
        group = ec2.SecurityGroup(scope, "CacheGroup", vpc=self.vpc)
        cache = elasticache.CfnServerlessCache(
            scope,
            "Cache",
            engine="valkey",
            serverless_cache_name="orders",
            security_group_ids=[group.security_group_id],
        )
        connections = ec2.Connections(security_groups=[group], default_port=ec2.Port.tcp(6379))
        return AttachedCache(cache=cache, network=StoreNetwork(vpc=self.vpc, connections=connections))


@dataclass(frozen=True, kw_only=True)
class AttachedCache:
    cache: elasticache.CfnServerlessCache
    network: StoreNetwork

    @property
    def environment(self) -> Mapping[str, str]:
        return {"CACHE_ENDPOINT": self.cache.attr_endpoint_address}

    def grant(self, grantee: iam.IGrantable, access: Access) -> iam.Grant:
        assert access is Access.READ
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["elasticache:Connect"], resource_arns=[self.cache.attr_arn]
        )


def test_the_functions_move_into_the_network_and_are_let_in(stack: Stack, front: HttpFront) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    Microservice(
        stack,
        "Orders",
        compute=LambdaCompute(ORDERS),
        store=Cache(vpc=vpc),
        front=front,
        routes=[Route("GET /v1/orders", public=True)],
    )
    template = Template.from_stack(stack)

    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "VpcConfig": {"SecurityGroupIds": [{"Fn::GetAtt": [Match.string_like_regexp("OrdersApi"), "GroupId"]}]},
            "Environment": {"Variables": Match.object_like({"CACHE_ENDPOINT": Match.any_value()})},
        },
    )
    template.has_resource_properties(
        "AWS::EC2::SecurityGroupIngress",
        {
            "FromPort": 6379,
            "ToPort": 6379,
            "GroupId": {"Fn::GetAtt": [Match.string_like_regexp("CacheGroup"), "GroupId"]},
            "SourceSecurityGroupId": {"Fn::GetAtt": [Match.string_like_regexp("OrdersApi"), "GroupId"]},
        },
    )
