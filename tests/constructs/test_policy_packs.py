"""What the library builds passes cdk-nag and the strict built-in validator as it is."""

from collections.abc import Callable

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import (
    DynamoDbStore,
    EventContract,
    EventMesh,
    HttpFront,
    JwtInService,
    LambdaCompute,
    Microservice,
    ObjectStore,
    Route,
    SecondaryIndex,
)


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


def test_cdk_nag_finds_nothing_that_is_not_acknowledged(
    new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    storefront(app, orders, order_placed)
    app.synth()  # raises on a finding


def test_the_packs_do_run(new_app: Callable[..., App]) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    s3.Bucket(Stack(app, "Stack"), "Bucket")
    with pytest.raises(Exception, match="AwsSolutions-S10"):
        app.synth()


def test_cloudformation_accepts_every_template(
    new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    app = new_app(validator=True, **{"@aws-cdk/core:validateAgainstDefaultRules": True})
    storefront(app, orders, order_placed)
    app.synth()
