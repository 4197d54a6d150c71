"""Attaches a service's stores to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard, TypeVar

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs.stores.dynamodb_table import AttachedTable
from mach_constructs.stores.existing_bucket import ExistingBucket
from mach_constructs.stores.existing_table import ExistingTable
from mach_constructs.stores.object_bucket import AttachedBucket
from mach_constructs.stores.store import AttachedStore, Store

AnyStore = Store | dynamodb.ITable | s3.IBucket
"""A strategy, or a table or bucket that exists."""

S = TypeVar("S", AttachedTable, AttachedBucket)


def stores_of(store: AnyStore | Sequence[AnyStore]) -> tuple[Store, ...]:
    """Give the strategies for what a service was given as its stores.

    Args:
        store: One or several.

    Returns:
        The strategies; an existing table or bucket is used as it is.

    Raises:
        ValueError: One is neither.
    """
    return tuple(_strategy(one) for one in (store if isinstance(store, Sequence) else (store,)))


def _strategy(store: AnyStore) -> Store:
    if _is_strategy(store):
        return store
    if _is_table(store):
        return ExistingTable(store)
    if _is_bucket(store):
        return ExistingBucket(store)
    raise ValueError(f"store must be a store, an existing table or an existing bucket, got {store!r}")


# CDK's interfaces cannot be told apart by isinstance, only by what they have.
def _is_strategy(store: AnyStore) -> TypeGuard[Store]:
    return hasattr(store, "attach")


def _is_table(store: AnyStore) -> TypeGuard[dynamodb.ITable]:
    return hasattr(store, "table_arn")


def _is_bucket(store: AnyStore) -> TypeGuard[s3.IBucket]:
    return hasattr(store, "bucket_arn")


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


def first_of(stores: Sequence[AttachedStore], kind: type[S], *, of: Construct) -> S:
    """Give a service's first store of a kind.

    Args:
        stores: The service's, in order.
        kind: `AttachedTable` or `AttachedBucket`.
        of: The service, for the message.

    Returns:
        The store.

    Raises:
        ValueError: There is none.
    """
    for store in stores:
        if isinstance(store, kind):
            return store
    raise ValueError(f"{of.node.path} has no {kind.__name__.removeprefix('Attached').lower()}")
