"""Search: the published products as a full-text index, fed by the catalog's events only."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.category_events import CategoryChanged, CategoryDeleted
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from contracts.schedule_events import IndexCheckDue
from contracts.search_events import IndexRebuildDue
from mach_constructs import (
    Call,
    Consumer,
    Delivery,
    DynamoDbStore,
    EventMesh,
    FunctionOptions,
    HttpFront,
    LambdaCompute,
    Microservice,
    ObjectStore,
    Route,
    ServiceLevelObjective,
)
from search.catalog_export import CALLS
from stacks.clock import Clock

REBUILD = "rebuild_work.handler"


class SearchStack(Stack):
    """The search service: a table of what it heard, the index in a bucket, functions that ask, index and make it again.

    Attributes:
        service: The microservice.
        check: What has the index made again that a deployment or a loss left behind.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: search service")
        self.service = Microservice(
            self,
            "Search",
            compute=LambdaCompute(
                "lambdas/search",
                memory=1024,
                # A turn of work begins no step after 40 s, and the longest makes an index of the whole catalog.
                handlers={REBUILD: FunctionOptions(memory=1769, timeout=Duration.minutes(3))},
            ),
            store=[
                DynamoDbStore(partition_key="pk", sort_key="sk", time_to_live="expires_at"),
                # A lost part of the index must read as missing, not as forbidden, for the index to be made again.
                ObjectStore("INDEX_BUCKET", listable=True),
            ],
            front=front,
            routes=[
                Route("GET /v1/search", public=True),
                Route("GET /v1/search/suggestions", public=True),
                Route("GET /v1/products/{id}/related", public=True),
                Route("PUT /v1/search/rebuilds/{id}", iam=True, handler="rebuilds.handler"),
                Route("GET /v1/search/rebuilds/{id}", iam=True, handler="rebuilds.handler"),
            ],
            mesh=mesh,
            publishes=[IndexRebuildDue],
            subscribes=[
                ProductPublished,
                ProductUnpublished,
                ProductDeleted,
                CategoryChanged,
                CategoryDeleted,
                Consumer(REBUILD, events=[IndexRebuildDue], delivery=Delivery(batch_size=1, max_concurrency=2)),
            ],
            calls=[Call(route_key, handlers=[REBUILD]) for route_key in CALLS],
            # Each batch makes one generation of the index, so many events a batch and few indexers at once.
            delivery=Delivery(batch_size=100, window=Duration.seconds(1), max_concurrency=2),
            objective=ServiceLevelObjective(availability=99.5, latency=Duration.millis(500)),
        )
        # Only to make the whole index again; no query and no ordinary event scans.
        for handler in ("events.handler", REBUILD):
            self.service.table.grant(self.service.functions[handler], "dynamodb:Scan")
        events = next(each for each in self.service.subscriptions if each.node.id == "Subscription")
        self.check = Clock(self, "Check", event=IndexCheckDue, every=Duration.minutes(5), subscription=events)
