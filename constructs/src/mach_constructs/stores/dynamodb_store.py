"""A DynamoDB table that a service owns alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from mach_constructs.naming import pascal_case
from mach_constructs.regions import require_region
from mach_constructs.stores import dynamodb_checks as checks
from mach_constructs.stores.billing import Billing, OnDemand, table_billing
from mach_constructs.stores.dynamodb_table import DynamoDbTable
from mach_constructs.stores.key import Key, key_of
from mach_constructs.stores.replica import Replica
from mach_constructs.stores.secondary_index import LocalSecondaryIndex, SecondaryIndex
from mach_constructs.stores.store import Removal
from mach_constructs.stores.table_encryption import Encryption, TableEncryption, own_key, set_own_key, table_encryption
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_duration_between, require_environment_variable

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
_SHORTEST_RECOVERY, _LONGEST_RECOVERY = Duration.days(1), Duration.days(35)


@dataclass(frozen=True, kw_only=True)
class DynamoDbStore:
    """An on-demand table with point-in-time recovery, encryption by an AWS managed key and deletion protection.

    An idle table costs its storage and backups only. Workloads get `TABLE_NAME`, and single-item, query and write
    permissions on this table and its indexes, as far as their `Access` goes; nobody gets a scan. A stream exists only
    when it is asked for or the service publishes events.

    Example:
        ```python
        DynamoDbStore(
            partition_key="pk",
            sort_key=Key("placed_at", KeyType.NUMBER),
            time_to_live="expires_at",
            indexes=[SecondaryIndex("by_customer", partition_key="customer_id", attributes=["total"])],
            billing=OnDemand(max_writes=1_000),
        )
        ```

    Attributes:
        partition_key: Attribute that is the partition key; a name alone means a text.
        sort_key: Attribute that is the sort key, if any.
        time_to_live: Attribute (a number, epoch seconds) after which items expire, within days, if any.
        indexes: Global secondary indexes, at most 20.
        local_indexes: Local secondary indexes, at most 5; they need a sort key, and can never be added later.
        billing: On demand, with maxima on request, or provisioned with auto-scaling.
        stream: What the table's stream shows; None makes one only for an outbox or replicas, with what these need.
        recoverable_for: How far back the table can be restored to any second, 1 to 35 whole days; None switches the
            recovery off, which a policy pack then reports.
        encryption: Whose key encrypts the table; an `IKey` is a key of your own.
        replicas: Copies in other regions. The stack needs a region of its own. A relay of events runs in the stack's
            region and publishes what was written in any.
        table_class: `STANDARD_INFREQUENT_ACCESS` makes storage cheaper and requests dearer.
        contributor_insights: Find the most used and throttled keys; billed by event.
        removal: What becomes of the data when the table leaves its stack.
        deletion_protection: Whether a deletion of the table is refused; None refuses it for what is retained.
        environment_variable: Name of the variable that holds the table's name; give a second table another one.

    Raises:
        ValueError: Anything that DynamoDB would refuse only when the table is deployed: names, types, numbers, or
            arguments that contradict each other.
    """

    partition_key: str | Key
    sort_key: str | Key | None = None
    time_to_live: str | None = None
    indexes: Sequence[SecondaryIndex] = ()
    local_indexes: Sequence[LocalSecondaryIndex] = ()
    billing: Billing = OnDemand()  # noqa: RUF009 (it is frozen)
    stream: dynamodb.StreamViewType | None = None
    recoverable_for: Duration | None = _LONGEST_RECOVERY
    encryption: Encryption = TableEncryption.AWS_MANAGED
    replicas: Sequence[Replica] = ()
    table_class: dynamodb.TableClass = dynamodb.TableClass.STANDARD
    contributor_insights: bool = False
    removal: Removal = Removal.RETAIN
    deletion_protection: bool | None = None
    environment_variable: str = "TABLE_NAME"

    def __post_init__(self) -> None:
        keys = self.keys
        require_environment_variable("environment_variable", self.environment_variable)
        if len({key.name for key in keys}) < len(keys):
            raise ValueError(f"sort_key must differ from the partition_key {keys[0].name!r}")
        checks.require_indexes(keys, self.indexes, self.local_indexes, self.billing)
        every_key = [*keys, *(key for index in self._every_index for key in index.keys)]
        checks.require_time_to_live(self.time_to_live, every_key)
        checks.require_replicas(self.replicas, self.encryption, self.stream)
        if self.recoverable_for is not None:
            require_duration_between("recoverable_for", self.recoverable_for, _SHORTEST_RECOVERY, _LONGEST_RECOVERY)
            if not self.recoverable_for.is_unresolved() and self.recoverable_for.to_seconds() % 86_400:
                raise ValueError(f"recoverable_for must be whole days, got {self.recoverable_for.to_human_string()}")
        if self.deletion_protection and self.removal is Removal.DESTROY:
            raise ValueError("deletion_protection must not be on when removal is DESTROY, which it would refuse")

    @property
    def keys(self) -> tuple[Key, ...]:
        """The table's partition key and, if it has one, its sort key."""
        partition = key_of("partition_key", self.partition_key)
        return (partition,) if self.sort_key is None else (partition, key_of("sort_key", self.sort_key))

    def attach(self, scope: Construct, *, outbox: bool) -> DynamoDbTable:
        """Create the table, with a stream of new images when there is an outbox.

        Args:
            scope: The microservice; the table is its child "Table".
            outbox: Whether events are published out of this table.

        Returns:
            The table.

        Raises:
            ValueError: The stream, a replica or the key does not fit this service.
        """
        checks.require_other_regions(scope, self.replicas)
        region_known = not is_unresolved(Stack.of(scope).region)
        key = own_key(self.encryption)
        require_region("encryption", key, scope)
        keys, stream = self.keys, checks.stream_of(self.stream, outbox=outbox, replicated=bool(self.replicas))
        protected = self.removal is Removal.RETAIN if self.deletion_protection is None else self.deletion_protection
        # The id follows from the variable so that a service with two tables needs no second name for each.
        table = dynamodb.TableV2(
            scope,
            pascal_case(self.environment_variable.removesuffix("_NAME").lower()),
            partition_key=keys[0].attribute,
            sort_key=keys[1].attribute if self.sort_key is not None else None,
            time_to_live_attribute=self.time_to_live,
            billing=table_billing(self.billing),
            encryption=table_encryption(
                self.encryption,
                {replica.region: replica.key_arn for replica in self.replicas if replica.key_arn is not None},
                region_known=region_known,
            ),
            point_in_time_recovery_specification=self._recovery(),
            deletion_protection=protected,
            removal_policy=self.removal.value,
            dynamo_stream=stream,
            global_secondary_indexes=[index.definition for index in self.indexes] or None,
            local_secondary_indexes=[index.definition for index in self.local_indexes] or None,
            replicas=[replica.definition for replica in self.replicas] or None,
            table_class=None if self.table_class is dynamodb.TableClass.STANDARD else self.table_class,
            contributor_insights_specification=(
                dynamodb.ContributorInsightsSpecification(enabled=True) if self.contributor_insights else None
            ),
        )
        if key is not None and not region_known:
            set_own_key(table, key)
        names = tuple(index.name for index in self._every_index)
        return DynamoDbTable(
            table=table,
            indexes=names,
            variable=self.environment_variable,
            encryption_key=key,
            streams=stream is not None,
        )

    @property
    def _every_index(self) -> tuple[SecondaryIndex | LocalSecondaryIndex, ...]:
        return (*self.indexes, *self.local_indexes)

    def _recovery(self) -> dynamodb.PointInTimeRecoverySpecification:
        days = None if self.recoverable_for is None else int(self.recoverable_for.to_days())
        return dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=days is not None,
            # 35 days is what DynamoDB does unless told otherwise.
            recovery_period_in_days=None if days == int(_LONGEST_RECOVERY.to_days()) else days,
        )
