"""The inventory: how much of each SKU is in stock."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.product_events import ProductPublished
from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    HttpFront,
    Microservice,
    Route,
    ServiceLevelObjective,
)
from stacks.inventory_compute import inventory_compute

WRITE = ["inventory/write"]


class InventoryStack(Stack):
    """The inventory service: its table, what serves its routes, and what hears of new products.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: inventory service")
        self.service = Microservice(
            self,
            "Inventory",
            compute=inventory_compute(scope),
            store=DynamoDbStore(partition_key="pk", sort_key="sk"),
            front=front,
            routes=[
                Route("GET /v1/inventory/{sku}", public=True),
                Route("PUT /v1/inventory/{sku}", scopes=WRITE),
            ],
            mesh=mesh,
            subscribes=[ProductPublished],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
