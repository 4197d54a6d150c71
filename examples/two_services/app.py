"""Orders and loyalty points: two services that know nothing of each other but one event."""

import aws_cdk as cdk
from constructs import Construct
from order_events import OrderPlaced

from mach_constructs import DynamoDbStore, EventMesh, HttpFront, JwtAtGateway, LambdaCompute, Microservice, Route


class PlatformStack(cdk.Stack):
    """What the services share: the bus and the API.

    Args:
        scope: The app.
        id: The stack's name.
        issuer: The `iss` of accepted tokens.
        client_id: The app client they are given to.
    """

    def __init__(self, scope: Construct, id: str, *, issuer: str, client_id: str) -> None:
        super().__init__(scope, id)
        self.mesh = EventMesh(self, "Mesh")
        self.front = HttpFront(self, "Front", authorization=JwtAtGateway(issuer=issuer, client_ids=[client_id]))
        cdk.CfnOutput(self, "Url", value=self.front.url)


class OrdersStack(cdk.Stack):
    """Takes orders and says so."""

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id)
        self.service = Microservice(
            self,
            "Orders",
            compute=LambdaCompute("orders"),
            store=DynamoDbStore(partition_key="pk", time_to_live="expires_at"),
            front=front,
            routes=[Route("PUT /v1/orders/{id}", scopes=["orders/write"])],
            mesh=mesh,
            publishes=[OrderPlaced],
        )


class LoyaltyStack(cdk.Stack):
    """Counts points for what was ordered."""

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id)
        self.service = Microservice(
            self,
            "Loyalty",
            compute=LambdaCompute("loyalty"),
            store=DynamoDbStore(partition_key="pk"),
            front=front,
            routes=[Route("GET /v1/customers/{id}/points", scopes=["loyalty/read"])],
            mesh=mesh,
            subscribes=[OrderPlaced],
        )


def compose(app: cdk.App) -> None:
    """Adds three stacks, of which the services' deploy and go alone; who issues tokens stands in `cdk.json`."""
    issuer, client_id = str(app.node.get_context("issuer")), str(app.node.get_context("client-id"))
    platform = PlatformStack(app, "Platform", issuer=issuer, client_id=client_id)
    OrdersStack(app, "Orders", front=platform.front, mesh=platform.mesh)
    LoyaltyStack(app, "Loyalty", front=platform.front, mesh=platform.mesh)


if __name__ == "__main__":
    app = cdk.App()
    compose(app)
    app.synth()
