"""The events of a service: what it listens for, and the outbox of what it publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.event_schema import add_schemas
from mach_constructs.events.relay import OutboxRelay
from mach_constructs.events.subscription import Subscription
from mach_constructs.naming import construct_id
from mach_constructs.stores.dynamodb_table import AttachedTable

if TYPE_CHECKING:
    from aws_cdk import aws_events as events
    from aws_cdk import aws_eventschemas as eventschemas

    from mach_constructs.events.consumer import Consumer
    from mach_constructs.microservice import Microservice


def subscribe(
    service: Microservice,
    *,
    mesh: EventMesh | events.IEventBus | None,
    consumers: Sequence[Consumer],
    events_handler: str,
) -> tuple[Subscription, ...]:
    """Create what brings a service its events.

    Args:
        service: The microservice; the subscriptions are its children "Subscription", for the events that are named
            bare, and one named after the handler of each consumer.
        mesh: The bus.
        consumers: Who gets which events.
        events_handler: The handler of those that are named bare.

    Returns:
        The subscriptions, in the order of the consumers.
    """
    if mesh is None:
        return ()
    return tuple(
        Subscription(
            service,
            "Subscription" if consumer.handler == events_handler else f"{construct_id(consumer.handler)}Subscription",
            mesh=mesh,
            events=consumer.events,
            workload=service.workloads[consumer.handler],
            matching=consumer.matching,
            delivery=consumer.delivery,
        )
        for consumer in consumers
    )


def relay_outbox(
    service: Microservice, *, mesh: EventMesh | events.IEventBus | None, log_level: str
) -> OutboxRelay | None:
    """Create what publishes a service's events out of its first table.

    Args:
        service: The microservice; the relay is its child "OutboxRelay".
        mesh: The bus.
        log_level: Least level that the relay logs.

    Returns:
        The relay, or None when the service publishes nothing.
    """
    if mesh is None or not service.publishes:
        return None
    store = next(store for store in service.stores if isinstance(store, AttachedTable))
    return OutboxRelay(
        service,
        "OutboxRelay",
        table=store.table,
        mesh=mesh,
        service_name=service.service_name,
        log_level=log_level,
        encryption_key=store.encryption_key,
    )


def register_schemas(
    service: Microservice, *, mesh: EventMesh | events.IEventBus | None
) -> Mapping[str, eventschemas.CfnSchema]:
    """Put the schemas of what a service publishes into the mesh's registry.

    Args:
        service: The microservice; the schemas are below its child "Schemas".
        mesh: The bus; only a mesh can have a registry.

    Returns:
        The schemas by detail type and version ("OrderPlacedV1"); none without a registry.
    """
    registry = mesh.registry if isinstance(mesh, EventMesh) else None
    return MappingProxyType(add_schemas(service, registry, service.publishes) if registry else {})
