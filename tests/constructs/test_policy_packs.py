"""What the library builds passes cdk-nag and the strict built-in validator as it is."""

from collections.abc import Callable

import pytest
from aws_cdk import App, Duration, Environment, Stack, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import (
    Capacity,
    DynamoDbStore,
    EventContract,
    EventMesh,
    ExistingBucket,
    ExistingTable,
    HttpFront,
    JwtInService,
    Key,
    KeyType,
    LambdaCompute,
    LocalSecondaryIndex,
    Microservice,
    ObjectStore,
    Provisioned,
    Replica,
    Route,
    SecondaryIndex,
)

Compose = Callable[[App, LambdaCompute, type[EventContract]], None]


def storefront(app: App, compute: LambdaCompute, event: type[EventContract]) -> None:
    platform = Stack(app, "Platform")
    authorization = JwtInService(issuer="https://issuer.example", client_ids=["till"])
    Microservice(
        Stack(app, "Service"),
        "Orders",
        compute=compute,
        store=[
            DynamoDbStore(partition_key="pk", indexes=[SecondaryIndex("by_customer", partition_key="customer")]),
            ObjectStore("INVOICE_BUCKET", listable=True),
        ],
        front=HttpFront(platform, "Front", authorization=authorization),
        routes=[
            Route("GET /v1/orders", public=True, handler="read.handler"),
            Route("PUT /v1/orders/{id}", scopes=["orders/write"], handler="write.handler"),
        ],
        mesh=EventMesh(platform, "Mesh"),
        publishes=[event],
        subscribes=[event],
    )


def every_store(app: App, compute: LambdaCompute, event: type[EventContract]) -> None:
    """A service with all that a store can have, in a region, and one that uses what exists."""
    stack = Stack(app, "Stores", env=Environment(account="123456789012", region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    german_key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    capacity = Provisioned(reads=Capacity(1, 10), writes=Capacity(1, 10))
    access_logs = s3.Bucket.from_bucket_name(stack, "AccessLogs", "access-logs")
    bus = EventMesh(stack, "Mesh")
    Microservice(
        stack,
        "Everything",
        compute=compute,
        store=[
            DynamoDbStore(
                partition_key="pk",
                sort_key=Key("sk", KeyType.NUMBER),
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex("by_place", partition_key=["country", "city"], attributes=["name"]),
                    SecondaryIndex("by_day", partition_key="day", billing=capacity),
                ],
                local_indexes=[LocalSecondaryIndex("by_total", sort_key=Key("total", KeyType.NUMBER))],
                billing=capacity,
                recoverable_for=Duration.days(7),
                encryption=key,
                replicas=[Replica("eu-central-1", key_arn=german_key)],
                contributor_insights=True,
            ),
            ObjectStore("INVOICE_BUCKET", encryption_key=key, access_logs=access_logs),
        ],
        mesh=bus,
        publishes=[event],
        subscribes=[event],
    )
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    Microservice(
        stack,
        "Existing",
        compute=compute,
        store=[
            ExistingTable(dynamodb.Table.from_table_arn(stack, "Table", arn), indexes=["by_day"]),
            ExistingBucket(s3.Bucket.from_bucket_name(stack, "Images", "images")),
        ],
        mesh=bus,
        subscribes=[event],
    )


@pytest.mark.parametrize("compose", [storefront, every_store])
def test_cdk_nag_finds_nothing_that_is_not_acknowledged(
    new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract], compose: Compose
) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    compose(app, orders, order_placed)
    app.synth()  # raises on a finding


def test_the_packs_do_run(new_app: Callable[..., App]) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    s3.Bucket(Stack(app, "Stack"), "Bucket")
    with pytest.raises(Exception, match="AwsSolutions-S10"):
        app.synth()


@pytest.mark.parametrize("compose", [storefront, every_store])
def test_cloudformation_accepts_every_template(
    new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract], compose: Compose
) -> None:
    app = new_app(validator=True, **{"@aws-cdk/core:validateAgainstDefaultRules": True})
    compose(app, orders, order_placed)
    app.synth()
