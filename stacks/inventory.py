"""The inventory: how much of each SKU is in stock."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.product_events import ProductPublished
from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
    ServiceLevelObjective,
)


class InventoryStack(Stack):
    """The inventory service: its table, a function for its routes, and one that hears of new products.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: inventory service")
        self.service = Microservice(
            self,
            "Inventory",
            compute=LambdaCompute("lambdas/inventory"),
            store=DynamoDbStore(partition_key="pk", sort_key="sk"),
            front=front,
            routes=[
                Route("GET /v1/inventory/{sku}", public=True),
                Route("PUT /v1/inventory/{sku}", scopes=["inventory/write"]),
            ],
            mesh=mesh,
            subscribes=[ProductPublished],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
