"""Pricing: what a cart costs."""

from aws_cdk import Duration, Stack
from constructs import Construct

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

WRITE = ["pricing/write"]


class PricingStack(Stack):
    """The pricing service: its table, a function for its routes, and one that hears of products.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: pricing service")
        self.service = Microservice(
            self,
            "Pricing",
            compute=LambdaCompute("lambdas/pricing"),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex("listed", partition_key="listed", sort_key="listed_key"),
                    SecondaryIndex("automatic", partition_key="automatic", sort_key="automatic_key"),
                    SecondaryIndex("customers", partition_key="customer_key", sort_key="pk", attributes=[]),
                    SecondaryIndex("emails", partition_key="email_key", sort_key="pk", attributes=[]),
                ],
            ),
            front=front,
            routes=[
                Route("POST /v1/prices/quotes", iam=True),
                Route("GET /v1/promotions", scopes=WRITE),
                Route("GET /v1/promotions/{code}", scopes=WRITE),
                Route("PUT /v1/promotions/{code}", scopes=WRITE),
                Route("GET /v1/promotions/{code}/uses", scopes=WRITE),
                Route("PUT /v1/promotions/{code}/redemptions/{id}", iam=True),
                Route("DELETE /v1/promotions/{code}/redemptions/{id}", iam=True),
                Route("GET /v1/price-lists/{id}", scopes=WRITE),
                Route("PUT /v1/price-lists/{id}", scopes=WRITE),
            ],
            mesh=mesh,
            subscribes=[
                ProductPublished,
                ProductUnpublished,
                ProductDeleted,
                PersonalDataRequested,
                CustomerErasureRequested,
            ],
            calls=[Call(route_key, handlers=["events.handler"]) for route_key in CALLS],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
