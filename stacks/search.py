"""Search: the published products as a full-text index, fed by the catalog's events only."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from mach_constructs import (
    Delivery,
    DynamoDbStore,
    EventMesh,
    HttpFront,
    LambdaCompute,
    Microservice,
    ObjectStore,
    Route,
    ServiceLevelObjective,
)


class SearchStack(Stack):
    """The search service: a table of what it heard, the index in a bucket, a function that asks and one that indexes.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: search service")
        self.service = Microservice(
            self,
            "Search",
            compute=LambdaCompute("lambdas/search", memory=1024),
            store=[
                DynamoDbStore(partition_key="pk", sort_key="sk"),
                # A lost part of the index must read as missing, not as forbidden, for the index to be made again.
                ObjectStore("INDEX_BUCKET", listable=True),
            ],
            front=front,
            routes=[
                Route("GET /v1/search", public=True),
                Route("GET /v1/search/suggestions", public=True),
                Route("GET /v1/products/{id}/related", public=True),
            ],
            mesh=mesh,
            subscribes=[ProductPublished, ProductUnpublished, ProductDeleted],
            # Each batch makes one generation of the index, so many events a batch and few indexers at once.
            delivery=Delivery(batch_size=100, window=Duration.seconds(1), max_concurrency=2),
            objective=ServiceLevelObjective(availability=99.5, latency=Duration.millis(500)),
        )
        # Only to make the whole index again when it was lost; no query and no ordinary event scans.
        self.service.table.grant(self.service.functions["events.handler"], "dynamodb:Scan")
