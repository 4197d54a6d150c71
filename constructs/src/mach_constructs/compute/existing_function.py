"""A function that exists already, as the compute of a microservice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.compute import Environment, HandlerUse
from mach_constructs.compute.environment_variables import require_environment
from mach_constructs.compute.function_options import LONGEST_RUN, SHORTEST_RUN
from mach_constructs.compute.queue_source import queue_source
from mach_constructs.observability.alarms import function_alarms
from mach_constructs.regions import require_region
from mach_constructs.stores.store import Access
from mach_constructs.validation import require_duration_between

if TYPE_CHECKING:
    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.events.delivery import Delivery


class ExistingFunctionWorkload(Construct):
    """Grants, alarms and routes around a function that somebody else created.

    Args:
        scope: The microservice.
        id: Construct id.
        function: The function; whatever it lacks (tracing, retention of logs) is its owner's.
        role: Its role.
        timeout: How long one invocation may take.
        access: What it may do with the service's stores.
    """

    function: lambda_.IFunction
    """The function."""
    role: iam.IRole
    """What it may do."""
    timeout: Duration
    """How long one invocation may take."""
    access: Access
    """What it may do with the service's stores."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on errors and throttles."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: lambda_.IFunction,
        role: iam.IRole,
        timeout: Duration,
        access: Access,
    ) -> None:
        super().__init__(scope, id)
        self.function, self.role, self.timeout, self.access = function, role, timeout, access
        self.alarms = function_alarms(self, function, timeout=timeout)

    @property
    def connections(self) -> ec2.Connections | None:
        """Its place in a VPC; None outside any."""
        return self.function.connections if self.function.is_bound_to_vpc else None

    def integration(self, scope: Construct, front: HttpFront) -> apigwv2.HttpRouteIntegration:  # noqa: ARG002
        """Give the integration, with one permission for all routes."""
        return integrations.HttpLambdaIntegration(
            "Integration", self.function, scope_permission_to_route=False, timeout=front.timeout
        )

    def consume(self, scope: Construct, queue: sqs.IQueue, delivery: Delivery) -> lambda_.EventSourceMapping:
        """Let Lambda hand messages of a queue over; only those that the function names are delivered again.

        Raises:
            ValueError: The function may take longer than the queue hides messages, which Lambda refuses
                (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
        """
        _require_visible_end(self.function, delivery.visibility_timeout(self.timeout))
        return queue_source(scope, queue, self.function, delivery)


def _require_visible_end(function: lambda_.IFunction, hidden: Duration) -> None:
    longest = function.timeout if isinstance(function, lambda_.Function) else None
    if longest is not None and not longest.is_unresolved() and longest.to_seconds() > hidden.to_seconds():
        raise ValueError(
            f"timeout must be longer: the queue would hide messages for {int(hidden.to_seconds())} seconds, and "
            f"{function.node.path} may take {int(longest.to_seconds())}"
        )


@dataclass(frozen=True)
class ExistingFunction:
    """Runs a service on a function that exists: all its routes and events go to this one, whatever handler they name.

    `Microservice(compute=function)` says the same with the defaults.

    Attributes:
        function: A function of this app or an imported one, in the service's own region. Its role gets what the service
            grants, so an imported one needs a role and `same_environment=True`. A function of this app gets the
            service's variables too; an imported one must have them already.
        timeout: How long one invocation may take, 1 s to 15 min; the queue's visibility timeout follows from it.
        access: What it may do with the service's stores.

    Raises:
        ValueError: The function has no role that could be granted anything, or the timeout is out of range.

    Example:
        Microservice(self, "Reviews", compute=ExistingFunction(function, timeout=Duration.seconds(20)))
    """

    function: lambda_.IFunction
    _: KW_ONLY
    timeout: Duration = Duration.seconds(29)  # noqa: RUF009 (a Duration is immutable)
    access: Access = Access.READ_WRITE

    def __post_init__(self) -> None:
        if self.function.role is None:
            raise ValueError(
                f"function must have a role that can be granted what the service needs, {self.function.node.path} "
                "has none: import it with its role"
            )
        require_duration_between("timeout", self.timeout, SHORTEST_RUN, LONGEST_RUN)

    @property
    def name(self) -> str:
        """The service's name: the function's construct id in lower case."""
        return self.function.node.id.lower()

    def check(self, uses: Sequence[HandlerUse]) -> None:
        """Accept every use: one function takes them all."""

    def attach(
        self,
        scope: Construct,
        uses: Sequence[HandlerUse],
        *,
        service_name: str,  # noqa: ARG002
        environment: Environment,
        vpc: ec2.IVpc | None,
    ) -> Mapping[str, ExistingFunctionWorkload]:
        """Put alarms around the function and give it the variables, where that is possible.

        Raises:
            ValueError: The function is in another region, where the stack can neither let an API call it nor hand it
                messages, or it is outside the VPC of a store.
        """
        require_region("function", self.function, scope)
        role = self.function.role
        if not uses or role is None:
            return {}
        if vpc is not None and not self.function.is_bound_to_vpc:
            raise ValueError(
                f"function {self.function.node.path} must be in a VPC, because a store of the service is reached only "
                "there"
            )
        if isinstance(self.function, lambda_.Function):
            for name, value in environment([route for use in uses for route in use.routes]).items():
                self.function.add_environment(name, value)
            require_environment(self.function)
        workload = ExistingFunctionWorkload(
            scope, "Function", function=self.function, role=role, timeout=self.timeout, access=self.access
        )
        return {use.handler: workload for use in uses}
