"""The protocol between a microservice and whatever runs its code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from aws_cdk import Duration
    from aws_cdk import aws_apigatewayv2 as apigwv2
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct

    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.api.route import Route
    from mach_constructs.events.delivery import Delivery
    from mach_constructs.stores.store import Access

RunT = TypeVar("RunT")


@dataclass(frozen=True, kw_only=True)
class HandlerUse:
    """What a service wants of one of its handlers.

    Attributes:
        handler: Module and function within the service's folder, such as "api.handler".
        routes: The routes it serves, if any.
        consumes: Whether queues hand it batches of messages.
    """

    handler: str
    routes: Sequence[Route] = ()
    consumes: bool = False

    @property
    def reads_only(self) -> bool:
        """Whether it serves nothing but routes that promise to change nothing."""
        return bool(self.routes) and not self.consumes and all(route.reads_only for route in self.routes)


Environment = Callable[["Sequence[Route]"], Mapping[str, str]]
"""Gives the variables of a process that serves these routes: names of stores and bus, scopes, log level."""


class Workload(Protocol):
    """What runs one handler, or several of one service: a Lambda function, an ECS service."""

    @property
    def role(self) -> iam.IRole:
        """Whose permissions the code has."""

    @property
    def access(self) -> Access:
        """What the code may do with the service's stores."""

    @property
    def timeout(self) -> Duration:
        """How long one request or batch may take."""

    @property
    def connections(self) -> ec2.Connections | None:
        """Its place in a VPC, for stores to let it in; None outside any."""

    @property
    def alarms(self) -> Sequence[cloudwatch.Alarm]:
        """What watches it."""

    def integration(self, scope: Construct, front: HttpFront) -> apigwv2.HttpRouteIntegration:
        """Give the integration that routes on an API reach it by.

        Args:
            scope: Where to create what it needs: the service's own scope, never the front's.
            front: The API.
        """

    def consume(self, scope: Construct, queue: sqs.IQueue, delivery: Delivery) -> lambda_.EventSourceMapping | None:
        """Let it take messages of a queue, in batches, with partial failures.

        Args:
            scope: Where to create what it needs: the subscription.
            queue: The queue; it may read and delete its messages.
            delivery: How many at once.

        Returns:
            What hands the messages over; None where the workload polls the queue itself.
        """


@runtime_checkable
class Compute(Protocol):
    """A strategy for running a service's code, handed to `Microservice(compute=…)`."""

    @property
    def name(self) -> str:
        """The service's name when it is given no other."""

    def check(self, uses: Sequence[HandlerUse]) -> None:
        """Check that it can run these handlers; nothing is created yet.

        Args:
            uses: Every handler of the service.

        Raises:
            ValueError: A handler is missing, or its options contradict what it is used for.
        """

    def attach(
        self,
        scope: Construct,
        uses: Sequence[HandlerUse],
        *,
        service_name: str,
        environment: Environment,
        vpc: ec2.IVpc | None,
    ) -> Mapping[str, Workload]:
        """Create what runs the handlers, in the service's own scope.

        Args:
            scope: The microservice.
            uses: Every handler of the service, checked.
            service_name: For descriptions and logs.
            environment: Gives the variables that follow from the service.
            vpc: Where it must run because a store of the service is reached only there.

        Returns:
            What runs each handler; several handlers may share a workload.
        """


def distinct(runs: Iterable[RunT]) -> list[RunT]:
    """Give each of several workloads once, since handlers may share one.

    Args:
        runs: Workloads, or what else runs code, in any number.

    Returns:
        The same without repetition, in the same order.
    """
    return list({id(run): run for run in runs}.values())
