"""Other orders in which a table's items can be queried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_dynamodb as dynamodb

from mach_constructs.stores.billing import Billing, OnDemand, Provisioned
from mach_constructs.stores.key import Key, key_of, keys_of, require_attribute
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_text

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
_MOST_ATTRIBUTES = 20
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
_MOST_KEYS = 4


@dataclass(frozen=True)
class SecondaryIndex:
    """A global secondary index; items that lack its keys are not in it.

    It may be added to and removed from a table that is in use. Its storage and writes are paid for like a table's.

    Example:
        ```python
        SecondaryIndex("by_customer", partition_key="customer_id", sort_key="placed_at", attributes=["total"])
        ```

    Attributes:
        name: The index's name, 3 to 255 letters, digits, underscores, dots and hyphens.
        partition_key: Attribute that groups items, or up to four that do so together; a name alone means a text.
        sort_key: Attribute that orders them, or up to four, if any.
        attributes: Attributes copied besides the keys, at most 20; None copies all, an empty sequence none.
        billing: Other limits than the table's, in the table's own mode; None takes those of the table.

    Raises:
        ValueError: A name is malformed, a key or an attribute comes twice, or there are too many of them.
    """

    name: str
    _: KW_ONLY
    partition_key: str | Key | Sequence[str | Key]
    sort_key: str | Key | Sequence[str | Key] | None = None
    attributes: Sequence[str] | None = None
    billing: Billing | None = None

    def __post_init__(self) -> None:
        _require_index(self.name, self.attributes, [key.name for key in self.keys])
        for argument, keys in (("partition_key", self.partition_keys), ("sort_key", self.sort_keys)):
            if len(keys) > _MOST_KEYS:
                raise ValueError(
                    f"{argument} of index {self.name!r} must be at most {_MOST_KEYS} attributes, got {len(keys)}"
                )
        if not self.partition_keys:
            raise ValueError(f"partition_key of index {self.name!r} must be at least one attribute, got none")

    @property
    def partition_keys(self) -> tuple[Key, ...]:
        """Attributes that group items."""
        return keys_of(f"partition_key of index {self.name!r}", self.partition_key)

    @property
    def sort_keys(self) -> tuple[Key, ...]:
        """Attributes that order items."""
        return keys_of(f"sort_key of index {self.name!r}", self.sort_key)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key attribute."""
        return self.partition_keys + self.sort_keys

    @property
    def definition(self) -> dynamodb.GlobalSecondaryIndexPropsV2:
        """The index as CDK names it."""
        on_demand = self.billing if isinstance(self.billing, OnDemand) else OnDemand()
        provisioned = self.billing if isinstance(self.billing, Provisioned) else None
        several = len(self.partition_keys) > 1 or len(self.sort_keys) > 1
        partition, sort = [key.attribute for key in self.partition_keys], [key.attribute for key in self.sort_keys]
        return dynamodb.GlobalSecondaryIndexPropsV2(
            index_name=self.name,
            partition_key=None if several else partition[0],
            partition_keys=partition if several else None,
            sort_key=None if several or not sort else sort[0],
            sort_keys=sort if several and sort else None,
            projection_type=_projection(self.attributes),
            non_key_attributes=list(self.attributes) if self.attributes else None,
            max_read_request_units=on_demand.max_reads,
            max_write_request_units=on_demand.max_writes,
            read_capacity=provisioned.reads.scaled if provisioned else None,
            write_capacity=provisioned.writes.scaled if provisioned else None,
        )


@dataclass(frozen=True)
class LocalSecondaryIndex:
    """Another sort key beside the table's; only this index can be read with strong consistency.

    It comes and goes with its table only, and limits all items of one partition key to 10 GB.

    Example:
        ```python
        LocalSecondaryIndex("by_total", sort_key=Key("total", KeyType.NUMBER), attributes=[])
        ```

    Attributes:
        name: The index's name, 3 to 255 letters, digits, underscores, dots and hyphens.
        sort_key: Attribute that orders the items of one partition key; a name alone means a text.
        attributes: Attributes copied besides the keys, at most 20; None copies all, an empty sequence none.

    Raises:
        ValueError: A name is malformed, an attribute comes twice, or there are too many of them.
    """

    name: str
    _: KW_ONLY
    sort_key: str | Key
    attributes: Sequence[str] | None = None

    def __post_init__(self) -> None:
        _require_index(self.name, self.attributes, [self.keys[0].name])

    @property
    def keys(self) -> tuple[Key, ...]:
        """The key attribute that is its own."""
        return (key_of(f"sort_key of index {self.name!r}", self.sort_key),)

    @property
    def definition(self) -> dynamodb.LocalSecondaryIndexProps:
        """The index as CDK names it."""
        return dynamodb.LocalSecondaryIndexProps(
            index_name=self.name,
            sort_key=self.keys[0].attribute,
            projection_type=_projection(self.attributes),
            non_key_attributes=list(self.attributes) if self.attributes else None,
        )


def require_index_name(argument: str, name: str) -> None:
    """Check the name of an index.

    Args:
        argument: The argument's name, as the caller wrote it.
        name: What was given; an unresolved token passes.

    Raises:
        ValueError: DynamoDB has no index of such a name.
    """
    require_text(argument, name)
    if not is_unresolved(name) and not _NAME.fullmatch(name):
        raise ValueError(f"{argument} must be 3 to 255 letters, digits, underscores, dots and hyphens, got {name!r}")


def _require_index(name: str, attributes: Sequence[str] | None, keys: Sequence[str]) -> None:
    require_index_name("name of an index", name)
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"keys of index {name!r} must be different attributes, got {key!r} twice")
    if isinstance(attributes, str):
        raise ValueError(f"attributes of index {name!r} must be a sequence of texts, got {attributes!r}")
    copied = list(attributes or ())
    if len(copied) > _MOST_ATTRIBUTES:
        raise ValueError(f"attributes of index {name!r} must be at most {_MOST_ATTRIBUTES}, got {len(copied)}")
    for attribute in copied:
        require_attribute(f"attributes of index {name!r}", attribute)
        if copied.count(attribute) > 1:
            raise ValueError(f"attributes of index {name!r} must be different, got {attribute!r} twice")
        if attribute in keys:
            raise ValueError(f"attributes of index {name!r} must not repeat its keys, got {attribute!r}")


def _projection(attributes: Sequence[str] | None) -> dynamodb.ProjectionType:
    if attributes is None:
        return dynamodb.ProjectionType.ALL
    return dynamodb.ProjectionType.INCLUDE if attributes else dynamodb.ProjectionType.KEYS_ONLY
