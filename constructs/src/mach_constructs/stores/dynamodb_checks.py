"""What a table's arguments must be to each other, as DynamoDB would say only when it is deployed."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from mach_constructs.stores.billing import Billing
from mach_constructs.stores.key import Key, KeyType, require_attribute
from mach_constructs.stores.replica import Replica
from mach_constructs.stores.secondary_index import LocalSecondaryIndex, SecondaryIndex
from mach_constructs.stores.table_encryption import Encryption, own_key
from mach_constructs.tokens import is_unresolved

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
_MOST_GLOBAL_INDEXES = 20
_MOST_LOCAL_INDEXES = 5
_MOST_COPIED_ATTRIBUTES = 100
_NEW_IMAGES = (dynamodb.StreamViewType.NEW_IMAGE, dynamodb.StreamViewType.NEW_AND_OLD_IMAGES)

AnyIndex = SecondaryIndex | LocalSecondaryIndex


def require_indexes(
    table_keys: Sequence[Key],
    global_indexes: Sequence[SecondaryIndex],
    local_indexes: Sequence[LocalSecondaryIndex],
    billing: Billing,
) -> None:
    """Check a table's indexes.

    Args:
        table_keys: The table's partition key and, if it has one, its sort key.
        global_indexes: Its global secondary indexes.
        local_indexes: Its local ones.
        billing: How the table is paid for.

    Raises:
        ValueError: There are too many, two share a name, an attribute has two types, one copies a key of the table, a
            local one lacks the table's sort key, or one is paid for in another mode than the table.
    """
    if len(global_indexes) > _MOST_GLOBAL_INDEXES:
        raise ValueError(f"indexes must be at most {_MOST_GLOBAL_INDEXES}, got {len(global_indexes)}")
    if len(local_indexes) > _MOST_LOCAL_INDEXES:
        raise ValueError(f"local_indexes must be at most {_MOST_LOCAL_INDEXES}, got {len(local_indexes)}")
    every: list[AnyIndex] = [*global_indexes, *local_indexes]
    names = [index.name for index in every]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"indexes must have different names, got {name!r} twice")
    copied = sum(len(index.attributes or ()) for index in every)
    if copied > _MOST_COPIED_ATTRIBUTES:
        raise ValueError(f"attributes of all indexes together must be at most {_MOST_COPIED_ATTRIBUTES}, got {copied}")
    _require_copied(table_keys, every)
    _require_local(table_keys, local_indexes)
    _require_one_type([*table_keys, *(key for index in every for key in index.keys)])
    for index in global_indexes:
        if index.billing is not None and type(index.billing) is not type(billing):
            raise ValueError(
                f"billing of index {index.name!r} must be {type(billing).__name__} like its table's, "
                f"got {type(index.billing).__name__}"
            )


def require_time_to_live(attribute: str | None, keys: Sequence[Key]) -> None:
    """Check that items can expire by an attribute.

    Args:
        attribute: The attribute, if any.
        keys: Every key of the table and its indexes.

    Raises:
        ValueError: Its name is invalid, or it is a key whose values are no numbers.
    """
    if attribute is None:
        return
    require_attribute("time_to_live", attribute)
    for key in keys:
        if key.name == attribute and key.type is not KeyType.NUMBER:
            raise ValueError(
                "time_to_live must be an attribute of epoch seconds, "
                f"got {attribute!r}, which is a key of type {key.type.name}"
            )


def require_replicas(
    replicas: Sequence[Replica], encryption: Encryption, stream: dynamodb.StreamViewType | None
) -> None:
    """Check the copies of a table.

    Args:
        replicas: The copies.
        encryption: Whose key encrypts the table.
        stream: What the table's stream shows, if the table says so.

    Raises:
        ValueError: Two are in one region, one lacks a key or has one too many, or the stream shows too little.
    """
    regions = [replica.region for replica in replicas]
    for replica in replicas:
        if regions.count(replica.region) > 1:
            raise ValueError(f"replicas must be in different regions, got {replica.region!r} twice")
        if own_key(encryption) is not None and replica.key_arn is None:
            raise ValueError(f"replica in {replica.region} needs a key_arn, because encryption is a key of your own")
        if own_key(encryption) is None and replica.key_arn is not None:
            raise ValueError(f"key_arn of the replica in {replica.region} needs encryption by a key of your own")
    if replicas and stream not in (None, dynamodb.StreamViewType.NEW_AND_OLD_IMAGES):
        raise ValueError(f"stream must be NEW_AND_OLD_IMAGES, because there are replicas, got {stream.name}")


def require_other_regions(scope: Construct, replicas: Sequence[Replica]) -> None:
    """Check that a table's copies are elsewhere.

    Args:
        scope: Where the table is created.
        replicas: Its copies.

    Raises:
        ValueError: The stack's region is unknown, or one of the copies is in it.
    """
    stack = Stack.of(scope)
    for replica in replicas:
        if is_unresolved(stack.region):
            raise ValueError(
                "replicas need a stack whose region is known, "
                f'such as Stack(…, env=Environment(region="eu-west-1")), got none for {stack.node.path!r}'
            )
        if replica.region == stack.region:
            raise ValueError(f"replicas must be outside the table's own region, got {replica.region!r}")


def stream_of(
    stream: dynamodb.StreamViewType | None, *, outbox: bool, replicated: bool
) -> dynamodb.StreamViewType | None:
    """Choose what a table's stream shows.

    Args:
        stream: What the table says, if it says so.
        outbox: Whether events are published out of it.
        replicated: Whether it has copies, which are kept equal by the stream.

    Returns:
        The least view that serves all, or None for no stream.

    Raises:
        ValueError: The table's stream does not show the new images that the outbox needs.
    """
    if outbox and stream is not None and stream not in _NEW_IMAGES:
        raise ValueError(f"stream must show new images, because events are published from it, got {stream.name}")
    if stream is not None:
        return stream
    if replicated:
        return dynamodb.StreamViewType.NEW_AND_OLD_IMAGES
    return dynamodb.StreamViewType.NEW_IMAGE if outbox else None


def _require_copied(table_keys: Sequence[Key], indexes: Sequence[AnyIndex]) -> None:
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html: the attributes listed are no
    # keys, and those of table and index are projected anyway; https://github.com/aws/aws-cdk/pull/760 found creation to
    # fail otherwise. A key of another index may be listed: https://github.com/aws/aws-cdk/pull/7075.
    keys = {key.name for key in table_keys}
    for index in indexes:
        for attribute in index.attributes or ():
            if attribute in keys:
                raise ValueError(
                    f"attributes of index {index.name!r} must not repeat the table's keys, which are in every index, "
                    f"got {attribute!r}"
                )


def _require_local(table_keys: Sequence[Key], local_indexes: Sequence[LocalSecondaryIndex]) -> None:
    for index in local_indexes:
        if len(table_keys) < len(("partition", "sort")):
            raise ValueError(f"local index {index.name!r} needs a table with a sort_key, got none")
        for key in table_keys:
            if key.name == index.keys[0].name:
                raise ValueError(
                    f"sort_key of local index {index.name!r} must be no key of the table, got {key.name!r}"
                )


def _require_one_type(keys: Sequence[Key]) -> None:
    types: dict[str, KeyType] = {}
    for key in keys:
        known = types.setdefault(key.name, key.type)
        if known is not key.type:
            raise ValueError(
                f"attribute {key.name!r} must have one type in all keys, got {known.name} and {key.type.name}"
            )
