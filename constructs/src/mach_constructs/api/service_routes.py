"""All routes of a service on its API, each bound to what serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aws_cdk import aws_apigatewayv2 as apigwv2
from constructs import Construct

from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route
from mach_constructs.api.route_binding import add_routes
from mach_constructs.compute.compute import HandlerUse, Workload


def add_service_routes(
    scope: Construct, *, front: HttpFront | None, uses: Sequence[HandlerUse], workloads: Mapping[str, Workload]
) -> Mapping[str, apigwv2.HttpRoute]:
    """Create the routes of a service.

    Args:
        scope: The microservice.
        front: The API; None for a service without routes.
        uses: Every handler with the routes it serves.
        workloads: What runs each handler.

    Returns:
        The routes by key.
    """
    created: dict[str, apigwv2.HttpRoute] = {}
    served: dict[int, tuple[Workload, list[Route]]] = {}
    for use in uses:
        workload = workloads[use.handler]
        served.setdefault(id(workload), (workload, []))[1].extend(use.routes)
    for workload, routes in served.values():
        if front is not None and routes:
            parent = workload if isinstance(workload, Construct) else scope
            created |= add_routes(parent, front=front, routes=routes, workload=workload)
    return MappingProxyType(created)
