"""A DynamoDB table that a service owns alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from mach_constructs.naming import pascal_case
from mach_constructs.stores.store import Access, Removal
from mach_constructs.validation import require_text

_READ_ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
)
_WRITE_ACTIONS = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
_MOST_INDEXES = 20


@dataclass(frozen=True)
class SecondaryIndex:
    """A global secondary index; items that lack its keys are not in it.

    Attributes:
        name: The index's name.
        partition_key: Attribute (a string) that groups items.
        sort_key: Attribute (a string) that orders them, if any.
        attributes: Attributes copied besides the keys; None copies all, an empty sequence none.
    """

    name: str
    _: KW_ONLY
    partition_key: str
    sort_key: str | None = None
    attributes: Sequence[str] | None = None

    def __post_init__(self) -> None:
        require_text("name of an index", self.name)
        require_text(f"partition_key of index {self.name!r}", self.partition_key)
        if self.sort_key == self.partition_key:
            raise ValueError(
                f"sort_key of index {self.name!r} must differ from its partition_key {self.partition_key!r}"
            )


@dataclass(frozen=True, kw_only=True)
class DynamoDbStore:
    """An on-demand table with point-in-time recovery, encryption by an AWS managed key and deletion protection.

    An idle table costs its storage only. Functions get `TABLE_NAME`, and single-item, query and write permissions on
    this table and its indexes; nobody gets a scan. A stream exists only when the service publishes events.

    Attributes:
        partition_key: Attribute (a string) that is the partition key.
        sort_key: Attribute (a string) that is the sort key, if any.
        time_to_live: Attribute (epoch seconds) after which items expire, if any.
        indexes: Global secondary indexes, at most 20.
        removal: What becomes of the data when the table leaves its stack.
        environment_variable: Name of the variable that holds the table's name; give a second table another one.

    Raises:
        ValueError: Keys are empty or equal, or indexes are too many or share a name.
    """

    partition_key: str
    sort_key: str | None = None
    time_to_live: str | None = None
    indexes: Sequence[SecondaryIndex] = ()
    removal: Removal = Removal.RETAIN
    environment_variable: str = "TABLE_NAME"

    def __post_init__(self) -> None:
        require_text("partition_key", self.partition_key)
        require_text("environment_variable", self.environment_variable)
        if self.sort_key == self.partition_key:
            raise ValueError(f"sort_key must differ from the partition_key {self.partition_key!r}")
        names = [index.name for index in self.indexes]
        if len(names) > _MOST_INDEXES:
            raise ValueError(f"indexes must be at most {_MOST_INDEXES}, got {len(names)}")
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"indexes must have different names, got {name!r} twice")

    def attach(self, scope: Construct, *, outbox: bool) -> DynamoDbTable:
        """Create the table, with a stream of new images when there is an outbox.

        Args:
            scope: The microservice; the table is its child "Table".
            outbox: Whether events are published out of this table.

        Returns:
            The table.
        """
        # The id follows from the variable so that a service with two tables needs no second name for each.
        table_id = pascal_case(self.environment_variable.removesuffix("_NAME").lower())
        table = dynamodb.TableV2(
            scope,
            table_id,
            partition_key=_string(self.partition_key),
            sort_key=_string(self.sort_key) if self.sort_key else None,
            time_to_live_attribute=self.time_to_live,
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self.removal is Removal.RETAIN,
            removal_policy=self.removal.value,
            dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE if outbox else None,
            global_secondary_indexes=[_index(index) for index in self.indexes] or None,
        )
        return DynamoDbTable(
            table=table, indexes=tuple(index.name for index in self.indexes), variable=self.environment_variable
        )


@dataclass(frozen=True, kw_only=True)
class DynamoDbTable:
    """A table that a `DynamoDbStore` created.

    Attributes:
        table: The table.
        indexes: Names of its secondary indexes.
        variable: Environment variable that holds its name.
    """

    table: dynamodb.TableV2
    indexes: tuple[str, ...]
    variable: str

    @property
    def environment(self) -> Mapping[str, str]:
        """The table's name under its variable."""
        return {self.variable: self.table.table_name}

    def grant(self, grantee: iam.IGrantable, access: Access) -> iam.Grant:
        """Allow an access to the table, and queries on its indexes.

        Args:
            grantee: Who may.
            access: What.

        Returns:
            The grant.
        """
        actions = _READ_ACTIONS if access is Access.READ else _READ_ACTIONS + _WRITE_ACTIONS
        grant = iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=[self.table.table_arn])
        if not self.indexes:
            return grant
        return grant.combine(
            iam.Grant.add_to_principal(
                grantee=grantee,
                actions=["dynamodb:Query"],
                resource_arns=[f"{self.table.table_arn}/index/{name}" for name in self.indexes],
            )
        )


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _index(index: SecondaryIndex) -> dynamodb.GlobalSecondaryIndexPropsV2:
    projection = dynamodb.ProjectionType.ALL
    if index.attributes is not None:
        projection = dynamodb.ProjectionType.INCLUDE if index.attributes else dynamodb.ProjectionType.KEYS_ONLY
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=index.name,
        partition_key=_string(index.partition_key),
        sort_key=_string(index.sort_key) if index.sort_key else None,
        projection_type=projection,
        non_key_attributes=list(index.attributes) if index.attributes else None,
    )
