"""What a service's tasks run on, and whether its cluster has that."""

from __future__ import annotations

from collections.abc import Sequence

import jsii
from aws_cdk import Stack
from aws_cdk import aws_ecs as ecs
from constructs import IConstruct, IValidation

from mach_constructs.compute.fargate.spot_mix import SpotMix

_ON_DEMAND = ecs.CapacityProviderStrategy(capacity_provider="FARGATE", weight=1)


def capacity_of(
    service: IConstruct, *, cluster: ecs.ICluster, spot: SpotMix | None
) -> list[ecs.CapacityProviderStrategy]:
    """Give what a service asks of its cluster, and refuse at synthesis a cluster of this app that lacks it.

    ECS takes only capacity providers that are associated with the cluster
    (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html). Of an imported
    cluster nobody here knows; one of this app may get them until the app is synthesized.

    Args:
        service: The workload.
        cluster: Where it runs.
        spot: How tasks are shared out; None for all on Fargate.

    Returns:
        The strategy.
    """
    strategies = spot.strategies if spot else [_ON_DEMAND]
    if isinstance(cluster, ecs.Cluster):
        providers = [strategy.capacity_provider for strategy in strategies]
        service.node.add_validation(_AssociatedProviders(service, cluster, providers))
    return strategies


@jsii.implements(IValidation)
class _AssociatedProviders:
    def __init__(self, service: IConstruct, cluster: ecs.Cluster, needed: Sequence[str]) -> None:
        self._service, self._cluster, self._needed = service, cluster, needed

    def validate(self) -> list[str]:
        # The cluster's own association is its child; one that was declared by itself may be anywhere in the app.
        for scope in (self._cluster, self._cluster.node.root):
            missing = sorted(set(self._needed) - self._associated(scope))
            if not missing:
                return []
        return [
            f"cluster {self._cluster.node.path} must have the capacity provider {' and '.join(missing)} for "
            f"{self._service.node.path}: create it with enable_fargate_capacity_providers=True"
        ]

    def _associated(self, scope: IConstruct) -> set[str]:
        stack = Stack.of(self._cluster)
        name = stack.resolve(self._cluster.cluster_name)
        providers: set[str] = set()
        for construct in scope.node.find_all():
            if isinstance(construct, ecs.CfnClusterCapacityProviderAssociations):
                if stack.resolve(construct.cluster) == name:
                    providers.update(construct.capacity_providers or ())
            elif isinstance(construct, ecs.CfnCluster) and stack.resolve(construct.ref) == name:
                providers.update(construct.capacity_providers or ())
        return providers
