"""The catalog: products, written by merchants, read by everybody."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.catalog_job_events import CatalogJobDue
from contracts.category_events import CategoryChanged, CategoryDeleted
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from mach_constructs import (
    Consumer,
    Delivery,
    DynamoDbStore,
    EventMesh,
    FunctionOptions,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
)
from stacks.catalog_files import CatalogFiles

WRITE = ["catalog/write"]


class CatalogStack(Stack):
    """The catalog service: its table, functions that read, write, and do long work, its outbox, and a bucket.

    Attributes:
        service: The microservice.
        files: Exports, and what is imported.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: catalog service")
        self.service = Microservice(
            self,
            "Catalog",
            compute=LambdaCompute(
                "lambdas/catalog",
                # An import writes up to 500 products in one call; API Gateway waits 30 s for an answer.
                handlers={
                    "write.handler": FunctionOptions(memory=1024, timeout=Duration.seconds(29)),
                    # A turn of work begins no step after 40 s, and a step takes seconds.
                    "work.handler": FunctionOptions(memory=1024, timeout=Duration.seconds(90)),
                },
            ),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex("published", partition_key="published_shard", sort_key="published_key"),
                    SecondaryIndex("category", partition_key="category_key", sort_key="published_key"),
                ],
            ),
            front=front,
            routes=[
                # Everybody; a merchant's token shows drafts too.
                Route("GET /v1/products", capability=True, scopes=WRITE, handler="read.handler"),
                Route("GET /v1/products/{id}", capability=True, scopes=WRITE, handler="read.handler"),
                Route("GET /v1/categories", public=True, handler="read.handler"),
                Route("GET /v1/categories/{id}", public=True, handler="read.handler"),
                Route("PUT /v1/categories/{id}", scopes=WRITE, handler="write.handler"),
                Route("DELETE /v1/categories/{id}", scopes=WRITE, handler="write.handler"),
                Route("PUT /v1/products/{id}", scopes=WRITE, handler="write.handler"),
                Route("DELETE /v1/products/{id}", scopes=WRITE, handler="write.handler"),
                Route("POST /v1/products/import", scopes=WRITE, handler="write.handler"),
                Route("POST /v1/catalog/exports", scopes=WRITE, handler="jobs.handler"),
                Route("GET /v1/catalog/exports/{id}", scopes=WRITE, handler="jobs.handler"),
                Route("POST /v1/catalog/imports", scopes=WRITE, handler="jobs.handler"),
                Route("GET /v1/catalog/imports/{id}", scopes=WRITE, handler="jobs.handler"),
                Route("POST /v1/catalog/imports/{id}/start", scopes=WRITE, handler="jobs.handler"),
                Route("PUT /v1/catalog/service-exports/{id}", iam=True, handler="jobs.handler"),
                Route("GET /v1/catalog/service-exports/{id}", iam=True, handler="jobs.handler"),
            ],
            mesh=mesh,
            publishes=[
                ProductPublished,
                ProductUnpublished,
                ProductDeleted,
                CategoryChanged,
                CategoryDeleted,
                CatalogJobDue,
            ],
            subscribes=[
                # One job a message, and few at once: each has the table to itself for a while.
                Consumer("work.handler", events=[CatalogJobDue], delivery=Delivery(batch_size=1, max_concurrency=4))
            ],
            # Of a hundred requests one may be an import, which takes seconds.
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300), latency_percentile=95),
        )
        self.files = CatalogFiles(self, "Files")
        self.files.allow(
            self.service, "jobs.handler", read=["uploads", "exports", "reports"], write=["uploads"], sees_missing=True
        )
        self.files.allow(
            self.service,
            "work.handler",
            read=["uploads", "pieces", "exports", "reports"],
            write=["pieces", "exports", "reports"],
            sees_missing=True,
        )
