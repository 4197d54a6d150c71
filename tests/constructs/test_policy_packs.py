"""What the library builds passes cdk-nag, its own policy and the strict built-in validator as it is."""

from collections.abc import Callable

import pytest
from aws_cdk import App, CfnResource, Duration, Environment, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3

from mach_constructs import (
    Alerts,
    Capacity,
    Cors,
    CustomDomain,
    DynamoDbStore,
    EventContract,
    EventMesh,
    ExistingBucket,
    ExistingTable,
    HttpFront,
    JwtAtGateway,
    JwtInService,
    Key,
    KeyType,
    LambdaAuthorizer,
    LambdaCompute,
    LocalSecondaryIndex,
    Microservice,
    MutualTls,
    ObjectStore,
    Observability,
    Provisioned,
    Replica,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
    Throttle,
    TraceSampling,
)
from tests.policy_packs import add_every_pack

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
        objective=ServiceLevelObjective(),
        alerts=Alerts(platform, "Alerts", emails=["team@example.com"]),
        observability=Observability(traces=TraceSampling()),
    )


def every_store(app: App, compute: LambdaCompute, event: type[EventContract]) -> None:
    """A service with all that a store can have, in a region, and one that uses what exists."""
    stack = Stack(app, "Stores", env=Environment(account="123456789012", region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    german_key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    capacity = Provisioned(reads=Capacity(1, 10), writes=Capacity(1, 10))
    access_logs = s3.Bucket.from_bucket_name(stack, "AccessLogs", "access-logs")
    bus = EventMesh(stack, "Mesh")
    shared = s3.Bucket(
        Stack(app, "Shared", env=Environment(account="123456789012", region="eu-west-1")),
        "Bucket",
        enforce_ssl=True,
        server_access_logs_bucket=access_logs,
        server_access_logs_prefix="shared",
    )
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
            ExistingBucket(shared, environment_variable="SHARED_BUCKET"),
        ],
        mesh=bus,
        subscribes=[event],
    )


def every_route(app: App, compute: LambdaCompute, event: type[EventContract]) -> None:  # noqa: ARG001
    """An API with all that a front can have, and a service with a route of each kind."""
    platform = Stack(app, "Platform", env=Environment(account="123456789012", region="eu-west-1"))
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    certificate = acm.Certificate.from_certificate_arn(platform, "Certificate", arn)
    domain = CustomDomain(
        "api.shop.example",
        certificate=certificate,
        hosted_zone=route53.HostedZone.from_hosted_zone_attributes(
            platform, "Zone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="shop.example"
        ),
        mutual_tls=MutualTls(bucket=s3.Bucket.from_bucket_name(platform, "Trust", "trust")),
    )
    front = HttpFront(
        platform,
        "Front",
        authorization=JwtAtGateway(issuer="https://issuer.example", client_ids=["till"]),
        cors=Cors(origins=["https://shop.example"], credentials=True),
        domain=domain,
        default_endpoint=False,
        timeout=Duration.seconds(20),
    )
    service = Stack(app, "Service", env=Environment(account="123456789012", region="eu-west-1"))
    partners = LambdaAuthorizer(
        service, "Partners", front=front, compute=compute, handler="read.handler", cache=Duration.minutes(5)
    )
    Microservice(
        service,
        "Orders",
        compute=compute,
        front=front,
        routes=[
            Route("GET /v1/orders", public=True, throttle=Throttle(requests_per_second=5, burst=10)),
            Route("PUT /v1/orders/{id}", scopes=["orders/write"]),
            Route("POST /v1/orders/import", iam=True),
            Route("GET /v1/feeds/{id+}", authorizer=partners),
        ],
    )


@pytest.mark.parametrize("compose", [storefront, every_store, every_route])
def test_no_checker_has_a_finding_that_is_not_acknowledged(
    new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract], compose: Compose
) -> None:
    app = new_app(validator=True)
    add_every_pack(app)
    compose(app, orders, order_placed)
    app.synth()  # raises on a finding of a pack or of CloudFormation's rules


def test_every_checker_does_run(new_app: Callable[..., App]) -> None:
    app = new_app(validator=True)
    add_every_pack(app)
    stack = Stack(app, "Stack")
    s3.Bucket(stack, "Bucket")
    CfnResource(stack, "Queue", type="AWS::SQS::Queue", properties={"VisibilityTimeout": "soon"})

    with pytest.raises(Exception, match="AwsSolutions-S10") as raised:
        app.synth()

    assert "Mach" in str(raised.value)
    assert "CloudFormation-Validate" in str(raised.value)
