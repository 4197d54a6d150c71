"""Shipping: what it costs, what of an order has been shipped, and where parcels are."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.order_events import OrderCancelled, OrderConfirmed
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from contracts.shipping_events import ShipmentDelivered, ShipmentDispatched
from mach_constructs import (
    Call,
    DynamoDbStore,
    EventMesh,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
)
from personal_data.answers import CALLS

WRITE = ["shipping/write"]


class ShippingStack(Stack):
    """The shipping service: its table, a function for its routes, one that hears of orders and products, its outbox.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: shipping service")
        self.service = Microservice(
            self,
            "Shipping",
            compute=LambdaCompute("lambdas/shipping"),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[SecondaryIndex("customers", partition_key="customer_id", sort_key="pk", attributes=[])],
            ),
            front=front,
            routes=[
                Route("POST /v1/shipping/quotes", public=True),
                Route("POST /v1/shipments", scopes=WRITE),
                Route("GET /v1/shipments/{id}", capability=True, scopes=WRITE),
                Route("POST /v1/shipments/{id}/events", scopes=WRITE),
                Route("GET /v1/orders/{id}/shipments", capability=True, scopes=WRITE),
            ],
            mesh=mesh,
            publishes=[ShipmentDispatched, ShipmentDelivered],
            subscribes=[
                OrderConfirmed,
                OrderCancelled,
                ProductPublished,
                ProductUnpublished,
                ProductDeleted,
                PersonalDataRequested,
                CustomerErasureRequested,
            ],
            calls=[Call(route_key, handlers=["events.handler"]) for route_key in CALLS],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
