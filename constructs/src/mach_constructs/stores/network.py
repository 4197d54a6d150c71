"""Where in a network a store is, for those that are reached only there."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2


@dataclass(frozen=True, kw_only=True)
class StoreNetwork:
    """The VPC of a store and who may connect to it.

    Attributes:
        vpc: The network; the service's compute is placed in it.
        connections: The store's security groups, with its port as the default one.
    """

    vpc: ec2.IVpc
    connections: ec2.Connections
