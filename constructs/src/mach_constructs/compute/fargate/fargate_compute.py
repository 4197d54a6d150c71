"""Fargate as the compute of a microservice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.compute.compute import Environment, HandlerUse
from mach_constructs.compute.fargate.fargate_checks import check_options, check_uses, check_variables, check_vpc
from mach_constructs.compute.fargate.scaling import WebScaling, WorkerScaling
from mach_constructs.compute.fargate.service_image import ServiceImage
from mach_constructs.compute.fargate.sidecars import FireLens, Tracing
from mach_constructs.compute.fargate.spot_mix import SpotMix
from mach_constructs.compute.fargate.web_service import WebService
from mach_constructs.compute.fargate.worker_service import WorkerService
from mach_constructs.compute.handler_folder import HandlerFolder
from mach_constructs.naming import construct_id
from mach_constructs.network.service_network import ServiceNetwork
from mach_constructs.network.subnets import require_subnets


@dataclass(frozen=True)
class FargateCompute:
    """Runs a folder of Lambda handlers on ECS and Fargate: the same code behind the same routes and queues.

    One ECS service, "Web", serves all routes, and one for each handler of events works on its queue, such as
    "EventsWorker". Handlers run in processes that take one call at a time, as on Lambda, so no handler need be written
    for threads.
    The image holds what a function's bundle would, and the runtime that makes events of requests; it is put together
    without Docker, and the CDK CLI builds it when a stack is deployed (for which Docker or another builder is needed).

    Of what the gateway found out about a caller, the claims of a verified token reach handlers as they do on Lambda;
    the identity of a signed request and the `context` of a `LambdaAuthorizer` do not, for HTTP APIs hand these to
    functions only.

    Python version and architecture come from the same context as those of functions.

    Attributes:
        entry: The service's folder, such as "lambdas/reviews".
        cpu: CPU units of a task, 256 to 16384; 1024 are a vCPU.
        memory: MiB of a task; what Fargate offers for that CPU.
        concurrency: Requests or batches that a task works on at once, each in a process of 64 MiB or more.
        request_timeout: How long a request may take, 1 s to 29 s.
        batch_timeout: How long a batch of messages may take, 1 s to 1 h; one that is not done 110 s after its task was
            told to stop comes again.
        environment: Variables of every task.
        network: Network to share with other services; by default one of its own.
        cluster: Cluster that exists, instead of `network`; its VPC is used.
        vpc: VPC that exists, instead of `network`, or the one that a store of the service needs.
        subnets: Which subnets tasks run in, at most 16; private or isolated ones by default.
        web_scaling: How many tasks serve routes.
        worker_scaling: How many tasks work on queues.
        spot: Run some tasks on Fargate Spot; by default none.
        tracing: Traces to X-Ray; None traces nothing and saves the collector beside every task.
        log_routing: Logs to Firehose by FireLens, instead of CloudWatch Logs.
        log_retention: How long logs are kept.

    Raises:
        ValueError: The folder is missing or no package name, Fargate has no such size, a number is out of range, or
            arguments exclude each other.

    Example:
        Microservice(
            stack,
            "Reviews",
            compute=FargateCompute("lambdas/reviews", cpu=512, memory=2048, network=network),
            front=front,
            routes=[Route("GET /v1/products/{id}/reviews", public=True)],
        )
    """

    entry: str | Path
    _: KW_ONLY
    cpu: int = 256
    memory: int = 1024
    concurrency: int = 4
    request_timeout: Duration = Duration.seconds(10)  # noqa: RUF009 (a Duration is immutable)
    batch_timeout: Duration = Duration.minutes(1)  # noqa: RUF009
    environment: Mapping[str, str] = field(default_factory=dict)
    network: ServiceNetwork | None = None
    cluster: ecs.ICluster | None = None
    vpc: ec2.IVpc | None = None
    subnets: ec2.SubnetSelection | None = None
    web_scaling: WebScaling = field(default_factory=WebScaling)
    worker_scaling: WorkerScaling = field(default_factory=WorkerScaling)
    spot: SpotMix | None = None
    tracing: Tracing | None = field(default_factory=Tracing)
    log_routing: FireLens | None = None
    log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH

    def __post_init__(self) -> None:
        check_options(self)
        _ = self.source.bundle

    @cached_property
    def source(self) -> HandlerFolder:
        """The folder of handlers."""
        return HandlerFolder(self.entry)

    @property
    def name(self) -> str:
        """The service's name, which is its folder's."""
        return self.source.name

    @property
    def package(self) -> str:
        """The package that handlers are in, which is the folder."""
        return self.source.name

    def check(self, uses: Sequence[HandlerUse]) -> None:
        """Check that every handler exists and has something to do.

        Args:
            uses: Every handler of the service.

        Raises:
            ValueError: A handler is missing, or is used for nothing or for both.
        """
        check_uses(self, uses)

    def attach(
        self,
        scope: Construct,
        uses: Sequence[HandlerUse],
        *,
        service_name: str,  # noqa: ARG002
        environment: Environment,
        vpc: ec2.IVpc | None,
    ) -> Mapping[str, WebService | WorkerService]:
        """Create the service "Web" if there are routes, and a worker such as "EventsWorker" for each that consumes."""
        if not uses:
            return {}
        check_variables(environment(()))
        check_vpc(self, vpc)
        network = self.network or ServiceNetwork(
            scope, "Network", cluster=self.cluster, vpc=None if self.cluster else self.vpc or vpc
        )
        require_subnets("a task", network.vpc, self.subnets or network.subnets)
        image = ServiceImage(scope, "Image", bundle=self.source.bundle)
        created: dict[str, WebService | WorkerService] = {}
        serving = [use for use in uses if use.routes]
        if serving:
            variables = environment([route for use in serving for route in use.routes])
            web = WebService(
                scope, "Web", compute=self, uses=serving, image=image, network=network, environment=variables
            )
            created |= {use.handler: web for use in serving}
        for use in uses:
            if use.consumes:
                created[use.handler] = WorkerService(
                    scope,
                    f"{construct_id(use.handler)}Worker",
                    compute=self,
                    use=use,
                    image=image,
                    network=network,
                    environment=environment(()),
                )
        return created
