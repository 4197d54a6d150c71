"""The inventory: how much of each SKU is in stock."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.inventory_events import StockChanged, StockLow
from contracts.order_events import OrderCancelled, OrderReturned
from contracts.product_events import ProductPublished
from contracts.schedule_events import ReservationSweepDue
from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    HttpFront,
    Microservice,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
)
from stacks.clock import Clock
from stacks.inventory_compute import inventory_compute

WRITE = ["inventory/write"]


class InventoryStack(Stack):
    """The inventory service: its table, what serves its routes, what hears of products and orders, and its outbox.

    Attributes:
        service: The microservice.
        sweep: What releases reservations that have run out.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: inventory service")
        self.service = Microservice(
            self,
            "Inventory",
            compute=inventory_compute(scope),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[SecondaryIndex("held", partition_key="held_shard", sort_key="held_until")],
            ),
            front=front,
            routes=[
                Route("GET /v1/inventory/{sku}", public=True),
                Route("PUT /v1/inventory/{sku}", scopes=WRITE),
                Route("PUT /v1/inventory/{sku}/locations/{location}", scopes=WRITE),
                Route("GET /v1/inventory/{sku}/adjustments", scopes=WRITE),
                Route("POST /v1/inventory/{sku}/adjustments", scopes=WRITE),
                Route("PUT /v1/reservations/{id}", iam=True),
                Route("POST /v1/reservations/{id}/commit", iam=True),
                Route("DELETE /v1/reservations/{id}", iam=True),
            ],
            mesh=mesh,
            publishes=[StockChanged, StockLow],
            # It hears of its own changes: the outbox brings each of them, so no crossing of a threshold goes unseen.
            subscribes=[ProductPublished, OrderCancelled, OrderReturned, StockChanged],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
        (subscription,) = self.service.subscriptions
        self.sweep = Clock(
            self, "Sweep", event=ReservationSweepDue, every=Duration.minutes(1), subscription=subscription
        )
