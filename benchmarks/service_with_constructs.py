"""One complete service as a team writes it with mach-constructs; `benchmarks/plain_service.py` is the same without."""

from pathlib import Path
from typing import ClassVar

from aws_cdk import Stack
from constructs import Construct

from mach_constructs import DynamoDbStore, EventMesh, HttpFront, LambdaCompute, Microservice, Route


class ReviewPosted:
    """What the service publishes."""

    source: ClassVar[str] = "shop.reviews"
    detail_type: ClassVar[str] = "ReviewPosted"
    version: ClassVar[int] = 1


class OrderDelivered:
    """What the service listens for."""

    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "OrderDelivered"
    version: ClassVar[int] = 1


class ReviewsStack(Stack):
    """Two routes, a table, an outbox, a subscription, and all that an operator expects around them."""

    def __init__(self, scope: Construct, id: str, *, lambdas: Path, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id)
        self.service = Microservice(
            self,
            "Reviews",
            compute=LambdaCompute(lambdas / "reviews"),
            store=DynamoDbStore(partition_key="pk", sort_key="sk"),
            front=front,
            routes=[
                Route("GET /v1/products/{id}/reviews", public=True, handler="read.handler"),
                Route("POST /v1/products/{id}/reviews", scopes=["reviews/write"], handler="write.handler"),
            ],
            mesh=mesh,
            publishes=[ReviewPosted],
            subscribes=[OrderDelivered],
        )
