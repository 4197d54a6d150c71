"""What `FargateCompute` refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Fn, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kinesisfirehose as firehose

from mach_constructs import (
    Delivery,
    EventContract,
    EventMesh,
    FargateCompute,
    FireLens,
    Microservice,
    Route,
    ServiceNetwork,
    SpotMix,
    Tracing,
    WebScaling,
    WorkerScaling,
)
from mach_constructs.compute.compute import HandlerUse

ORDERS = Path(__file__).parent / "fixtures/orders"
USES = [HandlerUse(handler="api.handler", routes=[Route("GET /", public=True)])]
PRIVATE = ec2.SubnetType.PRIVATE_WITH_EGRESS


def compute(**arguments: object) -> Callable[[], object]:
    return lambda: FargateCompute(ORDERS, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (compute(cpu=300), "cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 units, got 300"),
        (compute(cpu=256, memory=4096), "memory with cpu 256 must be 512, 1024, 2048 MiB, got 4096"),
        (compute(cpu=512, memory=1536), "memory with cpu 512 must be 1024, 2048, 3072, 4096 MiB, got 1536"),
        (
            compute(cpu=1024, memory=9216),
            "memory with cpu 1024 must be 2048 to 8192 in steps of 1024 MiB, got 9216",
        ),
        (
            compute(cpu=16384, memory=40000),
            "memory with cpu 16384 must be 32768 to 122880 in steps of 8192 MiB, got 40000",
        ),
        (compute(concurrency=0), "concurrency must be between 1 and 1000, got 0"),
        (compute(memory=512, concurrency=6), "concurrency with 512 MiB of memory must be at most 5, got 6"),
        (
            compute(request_timeout=Duration.seconds(30)),
            "request_timeout must be between 1 and 29 seconds, got 30",
        ),
        (compute(batch_timeout=Duration.hours(2)), "batch_timeout must be between 1 and 3600 seconds, got 7200"),
        (compute(environment={"PORT": "1"}), "environment must not set PORT, which the runtime is told by"),
        (lambda: WebScaling(min_tasks=0), "min_tasks must be between 1 and 5000, got 0"),
        (lambda: WebScaling(min_tasks=3, max_tasks=2), "min_tasks must not be above max_tasks, got 3 and 2"),
        (lambda: WebScaling(cpu=0), "cpu must be between 1 and 100 percent, got 0"),
        (lambda: WebScaling(requests_per_task=0), "requests_per_task must be between 1 and 1000000, got 0"),
        (lambda: WebScaling(cooldown=Duration.hours(2)), "cooldown must be between 0 and 3600 seconds, got 7200"),
        (lambda: WorkerScaling(max_tasks=0), "max_tasks must be between 1 and 5000, got 0"),
        (lambda: WorkerScaling(backlog=0), "backlog must be between 1 and 1000000, got 0"),
        (lambda: WorkerScaling(busy=101), "busy must be between 1 and 100 percent, got 101"),
        (lambda: SpotMix(base=-1), "base must be between 0 and 100000, got -1"),
        (lambda: SpotMix(spot=0), "spot must be between 1 and 1000, got 0"),
        (lambda: SpotMix(on_demand=1001), "on_demand must be between 0 and 1000, got 1001"),
        (lambda: Tracing(sampled=0), "sampled must be above 0 and at most 1, got 0"),
        (lambda: FargateCompute(ORDERS, environment={"A=B": "1"}), "names that a process can have, got 'A=B'"),
        (lambda: FargateCompute("no/such/folder"), "entry must be a folder of Python handlers, got 'no/such/folder'"),
    ],
)
def test_invalid_arguments_are_refused_one_by_one(create: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create()


@pytest.mark.parametrize(("cpu", "memory"), [(256, 2048), (512, 3072), (1024, 2048), (4096, 30720), (16384, 122880)])
def test_every_size_that_fargate_offers_is_accepted(cpu: int, memory: int) -> None:
    assert FargateCompute(ORDERS, cpu=cpu, memory=memory).memory == memory


def test_values_known_at_deployment_only_are_accepted() -> None:
    memory = Token.as_number(Fn.ref("Memory"))
    assert FargateCompute(ORDERS, memory=memory).memory == memory  # type: ignore[arg-type]


def test_one_network_is_enough(stack: Stack) -> None:
    network = ServiceNetwork(stack, "Network")
    with pytest.raises(ValueError, match="network, cluster and vpc exclude each other, got network and cluster"):
        FargateCompute(ORDERS, network=network, cluster=network.cluster)


def test_scaling_by_requests_needs_logs_in_cloudwatch(stack: Stack) -> None:
    stream = firehose.DeliveryStream.from_delivery_stream_attributes(stack, "Stream", delivery_stream_name="logs")
    with pytest.raises(ValueError, match="requests_per_task needs logs in CloudWatch"):
        FargateCompute(
            ORDERS,
            log_routing=FireLens(delivery_stream=stream),
            web_scaling=WebScaling(requests_per_task=100),
        )


@pytest.mark.parametrize(
    ("uses", "message"),
    [
        ([HandlerUse(handler="api.nothing")], "needs 'nothing' at the top level of .*api.py"),
        ([HandlerUse(handler="api.handler")], "handler 'api.handler' must serve routes or consume queues, got neither"),
        (
            [HandlerUse(handler="api.handler", routes=[Route("GET /", public=True)], consumes=True)],
            "handler 'api.handler' must serve routes or consume queues, got both",
        ),
    ],
)
def test_handlers_are_checked_before_anything_is_created(uses: list[HandlerUse], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FargateCompute(ORDERS).check(uses)


def test_more_tasks_than_batches_at_once_are_refused(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    with pytest.raises(ValueError, match="must not be above the delivery's max_concurrency, got 5 and 2"):
        Microservice(
            stack,
            "Orders",
            compute=FargateCompute(ORDERS),
            mesh=mesh,
            subscribes=[order_placed],
            delivery=Delivery(max_concurrency=2),
        )


def test_tasks_must_run_where_a_store_is(app: App, stack: Stack) -> None:
    other = ec2.Vpc(Stack(app, "Other"), "Vpc")
    compute = FargateCompute(ORDERS, network=ServiceNetwork(stack, "Network"))
    with pytest.raises(ValueError, match="compute must run in Other/Vpc, the VPC of a store of the service"):
        compute.attach(stack, USES, service_name="orders", environment=lambda _: {}, vpc=other)


def test_a_stores_variable_is_none_of_the_runtimes(stack: Stack) -> None:
    with pytest.raises(ValueError, match="environment_variable of a store must not be PORT, which the runtime is told"):
        FargateCompute(ORDERS).attach(
            stack, USES, service_name="orders", environment=lambda _: {"PORT": "orders"}, vpc=None
        )


@pytest.mark.parametrize("arguments", [{}, {"subnets": ec2.SubnetSelection(subnet_type=PRIVATE)}])
def test_more_subnets_than_a_task_takes_are_refused(stack: Stack, arguments: dict[str, Any]) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["eu-west-1a"],
        private_subnet_ids=[f"subnet-{n}" for n in range(17)],
    )
    compute = FargateCompute(ORDERS, vpc=vpc, **arguments)
    with pytest.raises(ValueError, match="subnets must be at most 16 for a task, got 17 of Service/Vpc"):
        compute.attach(stack, USES, service_name="orders", environment=lambda _: {}, vpc=None)


def test_a_selection_without_subnets_is_refused(stack: Stack) -> None:
    compute = FargateCompute(ORDERS, vpc=ec2.Vpc(stack, "Vpc"), subnets=ec2.SubnetSelection(subnets=[]))
    with pytest.raises(ValueError, match="subnets must be at least one for a task, got none of Service/Vpc"):
        compute.attach(stack, USES, service_name="orders", environment=lambda _: {}, vpc=None)


def test_a_clusters_vpc_is_used(stack: Stack) -> None:
    cluster = ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc"))
    network = ServiceNetwork(stack, "Network", cluster=cluster)
    assert network.vpc is cluster.vpc
    assert network.created_vpc is None
