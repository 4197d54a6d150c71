"""Lambda as the compute of a microservice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from pathlib import Path

from aws_cdk import Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.compute.async_invocation import AsyncInvocation
from mach_constructs.compute.bundle import Bundle
from mach_constructs.compute.compute import Environment, HandlerUse
from mach_constructs.compute.function_options import FunctionOptions
from mach_constructs.compute.handler_folder import HandlerFolder
from mach_constructs.compute.lambda_checks import check_options, check_uses
from mach_constructs.compute.rollout import Rollout
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.naming import construct_id
from mach_constructs.stores.store import Access

_ROUTE_TIMEOUT = Duration.seconds(10)
_CONSUMER_TIMEOUT = Duration.minutes(1)


@dataclass(frozen=True)
class LambdaCompute:
    """Runs a folder of Python handlers as Lambda functions, one a handler.

    The bundle holds the folder as a package, the sibling packages it imports and the dependencies that its
    `requirements.txt` locks with hashes; `uv` builds it, Docker is not used. A relative path starts at the directory
    that the CDK app runs in, which is the one with `cdk.json`.

    Runtime and architecture come from the context `mach-constructs:runtime` ("python3.13") and
    `mach-constructs:architecture` ("arm64"), so that a whole app changes at once.

    Attributes:
        entry: The service's folder, such as "lambdas/catalog".
        files: Texts of further files, by path in the folder: what the app makes at synthesis and handlers read.
        memory: MiB of every function, 128 to 10240.
        timeout: Of every function, 1 s to 15 min; None means 10 s behind routes and 60 s for event consumers.
        environment: Variables of every function.
        ephemeral_storage: Size of `/tmp`, 512 MiB to 10 GiB; more than 512 MiB costs extra.
        reserved_concurrency: Executions set aside for each function, if any.
        provisioned_concurrency: Execution environments of each function kept warm, billed by the hour, if any.
        snap_start: Start new execution environments from a snapshot; billed by cached memory and by restore. Needs
            Python 3.12, and neither provisioned concurrency nor more than 512 MiB of `/tmp`.
        rollout: How a new version takes over; all at once unless given.
        async_invocation: What becomes of asynchronous invocations that fail, if anybody makes such.
        vpc: Network that the functions run in; by default none, or the one that a store of the service needs.
        subnets: Which of its subnets, at most 16; private ones by default.
        security_groups: Security groups in it, at most 5; a new one a function by default.
        environment_key: Key that encrypts environment variables at rest, instead of one that AWS owns.
        log_format: JSON, or plain text.
        log_retention: How long logs are kept.
        insights: Add the Lambda Insights extension: metrics of memory, CPU and network, billed as custom metrics.
        handlers: What single handlers need otherwise, by name: `{"events.handler": FunctionOptions(memory=1024)}`.

    Raises:
        ValueError: The folder is missing or no package name, a number is out of range, options exclude each other, or
            the lock is not locked.

    Example:
        Microservice(
            stack,
            "Catalog",
            compute=LambdaCompute("lambdas/catalog", memory=1024, rollout=Rollout(percent=10)),
        )
    """

    entry: str | Path
    _: KW_ONLY
    files: Mapping[str, str] = field(default_factory=dict)
    memory: int = 512
    timeout: Duration | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    ephemeral_storage: Size | None = None
    reserved_concurrency: int | None = None
    provisioned_concurrency: int | None = None
    snap_start: bool = False
    rollout: Rollout | None = None
    async_invocation: AsyncInvocation | None = None
    vpc: ec2.IVpc | None = None
    subnets: ec2.SubnetSelection | None = None
    security_groups: Sequence[ec2.ISecurityGroup] = ()
    environment_key: kms.IKey | None = None
    log_format: lambda_.LoggingFormat = lambda_.LoggingFormat.JSON
    log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH
    insights: bool = False
    handlers: Mapping[str, FunctionOptions] = field(default_factory=dict)

    def __post_init__(self) -> None:
        source = self.source  # checks the folder
        for handler in self.handlers:
            source.require_handler(handler)
        for handler in ("", *self.handlers):
            check_options(self, handler)

    @cached_property
    def source(self) -> HandlerFolder:
        """The folder of handlers."""
        return HandlerFolder(self.entry, self.files)

    @property
    def folder(self) -> Path:
        """The service's folder as an absolute path."""
        return self.source.path

    @property
    def name(self) -> str:
        """The service's name, which is its folder's."""
        return self.source.name

    @property
    def bundle(self) -> Bundle:
        """What is deployed."""
        return self.source.bundle

    def options(self, handler: str) -> FunctionOptions:
        """Give what a handler runs with: its own options over the service's.

        Args:
            handler: Such as "api.handler".

        Returns:
            Complete options; only the timeout and access may be left to their defaults.
        """
        service = FunctionOptions(
            memory=self.memory,
            timeout=self.timeout,
            ephemeral_storage=self.ephemeral_storage,
            reserved_concurrency=self.reserved_concurrency,
            provisioned_concurrency=self.provisioned_concurrency,
            async_invocation=self.async_invocation,
            environment=self.environment,
        )
        return self.handlers.get(handler, FunctionOptions()).over(service)

    def require_handler(self, handler: str) -> None:
        """Check that a handler exists, without importing it.

        Args:
            handler: Module within the folder and function, such as "api.handler".

        Raises:
            ValueError: It is no such name, or the module or the function is missing.
        """
        self.source.require_handler(handler)

    def check(self, uses: Sequence[HandlerUse]) -> None:
        """Check that there is a function for each use, and a use for all options.

        Args:
            uses: Every handler of the service.

        Raises:
            ValueError: A handler is missing, may outlast the API's patience, or has options but no use.
        """
        check_uses(self, uses)

    def attach(
        self,
        scope: Construct,
        uses: Sequence[HandlerUse],
        *,
        service_name: str,
        environment: Environment,
        vpc: ec2.IVpc | None,
    ) -> Mapping[str, ServiceFunction]:
        """Create a function for each handler, named after it ("Read", "Events")."""
        return {
            use.handler: ServiceFunction(
                scope,
                construct_id(use.handler),
                compute=self,
                handler=use.handler,
                description=f"{service_name}: {use.handler}",
                default_timeout=_CONSUMER_TIMEOUT if use.consumes else _ROUTE_TIMEOUT,
                environment=environment(use.routes),
                access=self.options(use.handler).access or (Access.READ if use.reads_only else Access.READ_WRITE),
                vpc=vpc,
            )
            for use in uses
        }
