"""Where services run that are no functions; composed only when there is one."""

from aws_cdk import Stack
from constructs import Construct

from mach_constructs import Egress, ServiceNetwork


class NetworkStack(Stack):
    """The VPC, the cluster and the VPC link that services on Fargate share.

    Attributes:
        network: The network.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, description="Storefront: network of services on Fargate")
        # Services fetch the keys of the user pool, whose key set is served to the internet only.
        self.network = ServiceNetwork(self, "Network", egress=Egress.NAT)
