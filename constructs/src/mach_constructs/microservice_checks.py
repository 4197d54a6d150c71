"""What a microservice's arguments must be to each other."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk.aws_events import IEventBus

from mach_constructs.api.existing_front import AnyFront
from mach_constructs.api.route import Route, require_distinct
from mach_constructs.api.route_binding import require_authorization
from mach_constructs.compute.compute import HandlerUse
from mach_constructs.events.consumer import Consumer
from mach_constructs.events.event_contract import Event, require_contracts
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.naming import construct_id
from mach_constructs.stores.dynamodb_store import DynamoDbStore
from mach_constructs.stores.existing_table import ExistingTable
from mach_constructs.stores.store import Store
from mach_constructs.validation import require_service_name

_SET_BY_THE_SERVICE = (
    "API_URL", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "ROUTE_ACCESS", "SERVICE_NAME", "TOKEN_CLIENT_IDS",
    "TOKEN_ISSUER",
)  # fmt: skip
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def uses_of(routes: Sequence[Route], consumers: Sequence[Consumer]) -> list[HandlerUse]:
    """Group routes by the handler that serves them.

    Args:
        routes: All routes of the service.
        consumers: Who gets events.

    Returns:
        Every handler of the service with its routes, in the order they were named.

    Raises:
        ValueError: Two routes catch the same requests, a handler serves both routes and events, or two handlers would
            give their constructs one id.
    """
    require_distinct(routes)
    handlers: dict[str, list[Route]] = {}
    for route in routes:
        handlers.setdefault(route.handler, []).append(route)
    for consumer in consumers:
        if consumer.handler in handlers:
            raise ValueError(
                f"events_handler must not serve routes too, got {consumer.handler!r}, which serves "
                f"{handlers[consumer.handler][0].key!r}"
            )
    uses = [
        *(HandlerUse(handler=handler, routes=tuple(served)) for handler, served in handlers.items()),
        *(HandlerUse(handler=consumer.handler, consumes=True) for consumer in consumers),
    ]
    _require_distinct_ids([use.handler for use in uses])
    return uses


def _require_distinct_ids(handlers: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for handler in handlers:
        other = seen.setdefault(construct_id(handler), handler)
        if other != handler:
            raise ValueError(f"handlers must differ by more than dots and underscores, got {other!r} and {handler!r}")


def require_events(
    publishes: Sequence[Event],
    consumers: Sequence[Consumer],
    mesh: EventMesh | IEventBus | None,
    stores: Sequence[Store],
) -> None:
    """Check that events have a bus to go over and an outbox to come from.

    Args:
        publishes: Events that go out.
        consumers: Who gets events that come in.
        mesh: The bus, if any.
        stores: Where the service keeps its state.

    Raises:
        ValueError: A contract is invalid, or the bus or the table is missing.
    """
    require_contracts("publishes", publishes)
    heard = [event for consumer in consumers for event in consumer.events]
    for argument, contracts in (("publishes", publishes), ("subscribes", heard)):
        if contracts and mesh is None:
            raise ValueError(f"{argument} needs a mesh, got none for {contracts[0].detail_type!r}")
    if publishes and not any(isinstance(store, DynamoDbStore | ExistingTable) for store in stores):
        raise ValueError(
            "publishes needs a DynamoDbStore or an existing table, whose outbox the events are published from, got none"
        )


def require_distinct_variables(stores: Sequence[Store]) -> None:
    """Check that functions can tell a service's stores apart.

    Args:
        stores: All stores of the service.

    Raises:
        ValueError: Two stores put their name into the same variable, or one into a variable of the service's.
    """
    variables = [store.environment_variable for store in stores]
    for variable in variables:
        if variable in _SET_BY_THE_SERVICE:
            raise ValueError(f"environment_variable of a store must not be {variable}, which the service itself sets")
        if variables.count(variable) > 1:
            raise ValueError(f"stores must have different environment variables, got {variable!r} twice")


def require_front(front: AnyFront | None, routes: Sequence[Route]) -> None:
    """Check that routes have an API to be added to, and one that can check what they ask of callers.

    Args:
        front: The API, if any.
        routes: The service's routes.

    Raises:
        ValueError: There are routes without an API, or scopes without authorization.
    """
    if routes and front is None:
        raise ValueError(f"routes need a front to be added to, got none for {routes[0].key!r}")
    if front is not None:
        require_authorization(front, routes)


def require_names(service_name: str, log_level: str) -> None:
    """Check what a service says in its logs.

    Args:
        service_name: Its name.
        log_level: Least level, as Python's logging names it.

    Raises:
        ValueError: AWS would refuse the name in a tag or a description, or the level is none of the five.
    """
    require_service_name("service_name", service_name)
    if log_level not in _LOG_LEVELS:
        raise ValueError(f"log_level must be one of {', '.join(_LOG_LEVELS)}, got {log_level!r}")
