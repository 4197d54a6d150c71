"""A table that a service uses but did not create."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from mach_constructs.regions import require_region_of_arn
from mach_constructs.stores.dynamodb_table import AttachedTable
from mach_constructs.stores.secondary_index import require_index_name
from mach_constructs.stores.table_stream import require_new_images, stream_arn
from mach_constructs.validation import require_environment_variable


@dataclass(frozen=True)
class ExistingTable:
    """A table made elsewhere: grants and the variable with its name are added, nothing is created or changed.

    `Microservice(store=table)` is short for `ExistingTable(table)`.

    Example:
        ```python
        orders = dynamodb.Table.from_table_attributes(
            self, "Orders", table_arn=arn, table_stream_arn=stream_arn, encryption_key=key
        )
        store = ExistingTable(orders, indexes=["by_customer"])
        ```

    Attributes:
        table: The table. One with a key of its own must be imported with that key, or it cannot be decrypted; one that
            holds an outbox must be imported with its stream, which must show new images.
        indexes: Names of the secondary indexes that the service queries.
        environment_variable: Name of the variable that holds the table's name.

    Raises:
        ValueError: The variable or an index has no valid name.
    """

    table: dynamodb.ITable
    _: KW_ONLY
    indexes: Sequence[str] = ()
    environment_variable: str = "TABLE_NAME"

    def __post_init__(self) -> None:
        require_environment_variable("environment_variable", self.environment_variable)
        if isinstance(self.indexes, str):
            raise ValueError(f"indexes must be a sequence of names, got {self.indexes!r}")
        for name in self.indexes:
            require_index_name("indexes", name)

    def attach(self, scope: Construct, *, outbox: bool) -> AttachedTable:
        """Take the table as it is.

        Args:
            scope: Who uses it; nothing is created.
            outbox: Whether events are published out of this table, which then needs a stream.

        Returns:
            The table.

        Raises:
            ValueError: The table is in another region, where functions would not look for its name, or there is an
                outbox and no stream of new images.
        """
        require_region_of_arn("table", self.table.table_arn, scope)
        if outbox:
            require_new_images(self.table)
        return AttachedTable(
            table=self.table,
            indexes=tuple(self.indexes),
            variable=self.environment_variable,
            encryption_key=self.table.encryption_key,
            streams=stream_arn(self.table) is not None,
        )
