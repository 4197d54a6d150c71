"""Attaches a service's stores to it."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from mach_constructs.stores.dynamodb_table import AttachedTable
from mach_constructs.stores.store import AttachedStore, Store


def attach(scope: Construct, stores: Sequence[Store], *, outbox: bool) -> tuple[AttachedStore, ...]:
    """Create what the stores describe.

    Args:
        scope: The microservice.
        stores: What to create, in this order.
        outbox: Whether the service publishes events; its first table then holds the outbox.

    Returns:
        The attached stores, in the same order.
    """
    attached: list[AttachedStore] = []
    for store in stores:
        has_table = any(isinstance(other, AttachedTable) for other in attached)
        attached.append(store.attach(scope, outbox=outbox and not has_table))
    return tuple(attached)
