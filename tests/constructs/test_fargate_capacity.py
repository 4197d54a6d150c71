"""What a cluster of this app must have for tasks to run on it."""

from contextlib import AbstractContextManager, nullcontext

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template
from constructs import Construct

from mach_constructs import SpotMix
from mach_constructs.compute.fargate.capacity import capacity_of


@pytest.fixture
def vpc(stack: Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["a", "b"])


@pytest.mark.parametrize(
    ("spot", "missing"), [(None, "FARGATE for"), (SpotMix(), "FARGATE and FARGATE_SPOT for")], ids=["on demand", "spot"]
)
def test_a_cluster_without_capacity_providers_is_refused(
    stack: Stack, vpc: ec2.IVpc, spot: SpotMix | None, missing: str
) -> None:
    capacity_of(Construct(stack, "Web"), cluster=ecs.Cluster(stack, "Cluster", vpc=vpc), spot=spot)
    with pytest.raises(
        RuntimeError, match=f"cluster Service/Cluster must have the capacity provider {missing} Service"
    ):
        Template.from_stack(stack)


def test_capacity_providers_may_be_enabled_later(stack: Stack, vpc: ec2.IVpc) -> None:
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
    capacity_of(Construct(stack, "Web"), cluster=cluster, spot=SpotMix())
    cluster.enable_fargate_capacity_providers()
    Template.from_stack(stack)


@pytest.mark.parametrize(
    ("spot", "refused"),
    [
        (None, nullcontext()),
        (SpotMix(), pytest.raises(RuntimeError, match="must have the capacity provider FARGATE_SPOT for Service/Web")),
    ],
)
def test_capacity_providers_may_be_associated_elsewhere(
    stack: Stack, platform: Stack, vpc: ec2.IVpc, spot: SpotMix | None, refused: AbstractContextManager[object]
) -> None:
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
    capacity_of(Construct(stack, "Web"), cluster=cluster, spot=spot)
    ecs.CfnClusterCapacityProviderAssociations(
        platform,
        "Association",
        cluster=cluster.cluster_name,
        capacity_providers=["FARGATE"],
        default_capacity_provider_strategy=[],
    )
    with refused:
        Template.from_stack(stack)


def test_of_an_imported_cluster_nobody_knows(stack: Stack, vpc: ec2.IVpc) -> None:
    cluster = ecs.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="c", vpc=vpc, security_groups=[])
    strategies = capacity_of(Construct(stack, "Web"), cluster=cluster, spot=SpotMix(base=1, on_demand=2, spot=3))
    assert [(one.capacity_provider, one.weight) for one in strategies] == [("FARGATE", 2), ("FARGATE_SPOT", 3)]
    Template.from_stack(stack)
