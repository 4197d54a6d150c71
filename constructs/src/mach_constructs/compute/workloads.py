"""What runs a service's handlers, with the variables and grants that follow from what they serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mach_constructs.api.call import Call
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.outgoing_calls import OutgoingCalls
from mach_constructs.api.route import Route
from mach_constructs.compute.compute import Compute, HandlerUse, Workload, distinct
from mach_constructs.compute.existing_function import ExistingFunction
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.stores.store import Access, AttachedStore


def compute_of(compute: Compute | lambda_.IFunction) -> Compute:
    """Give the strategy for what a user passed as `compute`.

    Args:
        compute: A strategy, or a function that exists.

    Returns:
        The strategy.
    """
    return compute if isinstance(compute, Compute) else ExistingFunction(compute)


def functions_of(workloads: Mapping[str, Workload]) -> Mapping[str, lambda_.Function]:
    """Give the functions that were created for a service.

    Args:
        workloads: What runs each handler.

    Returns:
        Each function by its handler; nothing for what runs in containers or existed before.
    """
    return MappingProxyType(
        {handler: part.function for handler, part in workloads.items() if isinstance(part, ServiceFunction)}
    )


def only_function(functions: Mapping[str, lambda_.Function], *, of: Construct) -> lambda_.Function:
    """Give a service's only function.

    Args:
        functions: The service's.
        of: The service, for the message.

    Returns:
        The function.

    Raises:
        ValueError: There are several, or none.
    """
    if len(functions) != 1:
        raise ValueError(f"{of.node.path} has {len(functions)} functions: {', '.join(functions) or '-'}")
    return next(iter(functions.values()))


def create_workloads(
    scope: Construct,
    *,
    compute: Compute,
    uses: Sequence[HandlerUse],
    stores: Sequence[AttachedStore],
    front: HttpFront | None,
    calls: Sequence[Call],
    service_name: str,
    log_level: str,
) -> Mapping[str, Workload]:
    """Create what runs the handlers and grant it the stores.

    Args:
        scope: The microservice.
        compute: The code and what it runs on.
        uses: Each handler and what it is for.
        stores: What the handlers may use.
        front: The API that says who verifies the tokens of callers, and that calls go to, if there is one.
        calls: What the handlers call of other services.
        service_name: Name in logs and variables.
        log_level: Least level that is logged.

    Returns:
        What runs each handler.
    """
    outgoing = OutgoingCalls(calls=calls, front=front)

    def environment(routes: Sequence[Route]) -> Mapping[str, str]:
        variables = {
            "SERVICE_NAME": service_name,
            "POWERTOOLS_SERVICE_NAME": service_name,
            "LOG_LEVEL": log_level,
        }
        for store in stores:
            variables |= store.environment
        if routes and front is not None and front.authorization is not None:
            variables |= front.authorization.environment(routes)
        return variables | dict(outgoing.environment(scope))

    networks = [store.network for store in stores if store.network is not None]
    workloads = compute.attach(
        scope,
        uses,
        service_name=service_name,
        environment=environment,
        vpc=networks[0].vpc if networks else None,
    )
    for workload in distinct(workloads.values()):
        for store in stores:
            if workload.access is not Access.NONE:
                store.grant(workload.role, workload.access).assert_success()
            if store.network is not None and workload.connections is not None:
                store.network.connections.allow_default_port_from(workload.connections)
    outgoing.grant(scope, workloads)
    return MappingProxyType(dict(workloads))
