"""Fan-outs, streams and webhooks pass cdk-nag and the strict built-in validator as they are."""

from collections.abc import Callable

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_secretsmanager as secretsmanager

from mach_constructs import (
    ApiKey,
    EventContract,
    EventMesh,
    Fanout,
    FanoutEndpoint,
    FanoutSubscription,
    LambdaCompute,
    ServiceFunction,
    StreamConsumer,
    StreamTarget,
    Webhook,
)
from tests.policy_packs import add_every_pack


def flows(app: App, compute: LambdaCompute, event: type[EventContract]) -> None:
    platform, service = Stack(app, "Platform"), Stack(app, "Service")
    mesh = EventMesh(platform, "Mesh")
    fanout = Fanout(platform, "Fanout", mesh=mesh, events=[event])
    where = {"detail": {"data": {"country": ["DE", "FR"]}}}
    FanoutEndpoint(service, "Partner", fanout=fanout, url="https://partner.example/orders", where=where)
    part = ServiceFunction(
        service,
        "Events",
        compute=compute,
        handler="events.handler",
        description="Hears of orders",
        default_timeout=Duration.seconds(20),
    )
    FanoutSubscription(service, "Listener", fanout=fanout, workload=part, where=where)
    target = StreamTarget(service, "Stream", mesh=mesh, events=[event], partition_key="detail.data.id", shards=2)
    StreamConsumer(service, "Reader", stream=target.stream, function=part.function)
    StreamTarget(
        service, "Existing", mesh=mesh, events=[event], existing=kinesis.Stream(service, "Theirs", shard_count=1)
    )
    Webhook(
        service,
        "Webhook",
        mesh=mesh,
        events=[event],
        url="https://partner.example/events",
        authorization=ApiKey(secretsmanager.Secret.from_secret_name_v2(service, "Secret", "partner")),
    )


def test_no_checker_has_a_finding_that_is_not_acknowledged(
    new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    app = new_app(validator=True)
    add_every_pack(app)
    flows(app, orders, order_placed)
    app.synth()  # raises on a finding of a pack or of CloudFormation's rules
