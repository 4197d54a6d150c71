"""The functions of a service: one a handler, with the environment and the grants that follow from what it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from constructs import Construct

from mach_constructs.api.authorization import Authorization
from mach_constructs.api.route import Route
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.naming import pascal_case
from mach_constructs.stores.store import Access, AttachedStore

_ROUTE_TIMEOUT = Duration.seconds(10)
_EVENTS_TIMEOUT = Duration.minutes(1)


def create_functions(
    scope: Construct,
    *,
    compute: LambdaCompute,
    handlers: Mapping[str, Sequence[Route]],
    stores: Sequence[AttachedStore],
    authorization: Authorization | None,
    service_name: str,
    log_level: str,
) -> dict[str, ServiceFunction]:
    """Create a function for each handler and grant it the stores.

    Args:
        scope: The microservice; each function is its child, named after the handler ("Read", "Events").
        compute: The code and what it runs on.
        handlers: Each handler and the routes it serves; none for one that gets events.
        stores: What the functions may use: read by handlers of GET and HEAD routes alone, else written too.
        authorization: Who verifies the tokens of callers, if anybody.
        service_name: Name in logs and variables.
        log_level: Least level that is logged.

    Returns:
        The functions by handler.
    """
    created: dict[str, ServiceFunction] = {}
    for handler, routes in handlers.items():
        environment = {
            "SERVICE_NAME": service_name,
            "POWERTOOLS_SERVICE_NAME": service_name,
            "LOG_LEVEL": log_level,
        }
        for store in stores:
            environment |= store.environment
        if routes and authorization is not None:
            environment |= authorization.environment(routes)
        created[handler] = ServiceFunction(
            scope,
            _construct_id(handler),
            compute=compute,
            handler=handler,
            description=f"{service_name}: {handler}",
            default_timeout=_ROUTE_TIMEOUT if routes else _EVENTS_TIMEOUT,
            environment=environment,
        )
        reads_only = bool(routes) and all(route.reads_only for route in routes)
        access = compute.options(handler).access or (Access.READ if reads_only else Access.READ_WRITE)
        for store in stores if access is not Access.NONE else ():
            store.grant(created[handler].role, access).assert_success()
    return created


def _construct_id(handler: str) -> str:
    module, _, function = handler.rpartition(".")
    return pascal_case(module) + ("" if function == "handler" else pascal_case(function))
