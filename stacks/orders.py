"""Orders: what was bought, and what becomes of it."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.order_events import OrderCancelled, OrderConfirmed, OrderReturned
from contracts.payment_events import PaymentCaptured, PaymentRefunded, PaymentVoided
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
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

READ = ["orders/read"]
WRITE = ["orders/write"]

# What a list shows, and no more: an order's addresses are kept once.
_SUMMARY = ["number", "status", "payment_status", "placed_at", "currency", "total", "pieces", "email"]


class OrdersStack(Stack):
    """The orders service: its table, a function for its routes, one that hears of payments and parcels, its outbox.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: orders service")
        self.service = Microservice(
            self,
            "Orders",
            compute=LambdaCompute("lambdas/orders"),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex("customer", partition_key="customer_id", sort_key="placed_key", attributes=_SUMMARY),
                    SecondaryIndex("time", partition_key="time_shard", sort_key="placed_key", attributes=_SUMMARY),
                    SecondaryIndex("status", partition_key="status_shard", sort_key="placed_key", attributes=_SUMMARY),
                    SecondaryIndex("guest", partition_key="guest_key", sort_key="placed_key", attributes=[]),
                ],
            ),
            front=front,
            routes=[
                Route("GET /v1/orders", customer=True, scopes=READ),
                Route("GET /v1/orders/{id}", capability=True, scopes=READ),
                Route("GET /v1/orders/{id}/invoice", capability=True, scopes=READ),
                Route("POST /v1/orders/lookup", public=True),
                Route("POST /v1/orders/{id}/cancel", capability=True, scopes=WRITE),
                Route("POST /v1/orders/{id}/returns", capability=True, scopes=WRITE),
                Route("POST /v1/orders/{id}/returns/{return_id}/receive", scopes=WRITE),
                Route("PUT /v1/orders/{id}", iam=True),
                Route("POST /v1/orders/{id}/confirm", iam=True),
                Route("POST /v1/orders/{id}/reject", iam=True),
            ],
            mesh=mesh,
            publishes=[OrderConfirmed, OrderCancelled, OrderReturned],
            subscribes=[
                PaymentCaptured,
                PaymentVoided,
                PaymentRefunded,
                ShipmentDispatched,
                ShipmentDelivered,
                PersonalDataRequested,
                CustomerErasureRequested,
            ],
            calls=[Call(route_key, handlers=["events.handler"]) for route_key in CALLS],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
