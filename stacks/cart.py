"""The cart: what somebody is about to buy."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.checkout_events import CheckoutCompleted
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
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


class CartStack(Stack):
    """The cart service: its table, a function for its routes, and one that hears of SKUs and of orders.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: cart service")
        self.service = Microservice(
            self,
            "Cart",
            compute=LambdaCompute("lambdas/cart"),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[SecondaryIndex("customers", partition_key="customer_id", sort_key="pk")],
            ),
            front=front,
            routes=[
                Route("POST /v1/carts", capability=True),
                Route("GET /v1/carts/{id}", capability=True),
                Route("PUT /v1/carts/{id}/items/{sku}", capability=True),
                Route("DELETE /v1/carts/{id}/items/{sku}", capability=True),
                Route("POST /v1/carts/{id}/coupons", capability=True),
                Route("DELETE /v1/carts/{id}/coupons/{code}", capability=True),
                Route("POST /v1/carts/{id}/merge", customer=True),
                Route("PUT /v1/carts/{id}/checkout", iam=True),
                Route("DELETE /v1/carts/{id}/checkout/{checkout_id}", iam=True),
            ],
            calls=[
                Call("POST /v1/prices/quotes", handlers=["api.handler"]),
                *(Call(route_key, handlers=["events.handler"]) for route_key in CALLS),
            ],
            mesh=mesh,
            subscribes=[
                ProductPublished,
                ProductUnpublished,
                ProductDeleted,
                CheckoutCompleted,
                PersonalDataRequested,
                CustomerErasureRequested,
            ],
            # Prices are asked of another service, whose function may have to start.
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(500)),
        )
