"""Copies of a table in other regions."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_dynamodb as dynamodb

from mach_constructs.stores.table_encryption import region_of_key
from mach_constructs.tokens import is_unresolved

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[1-9][0-9]?")


@dataclass(frozen=True)
class Replica:
    """A copy of the table in another region, written to by either side within about a second (a global table).

    It has the table's indexes, recovery, protection and class. Each write is billed once a region.

    Example:
        ```python
        DynamoDbStore(partition_key="pk", replicas=[Replica("eu-central-1")])
        ```

    Attributes:
        region: Where, such as "eu-central-1".
        key_arn: ARN of the key there, when the table is encrypted by a key of your own.

    Raises:
        ValueError: The region is no region's name, or the key is elsewhere.
    """

    region: str
    _: KW_ONLY
    key_arn: str | None = None

    def __post_init__(self) -> None:
        if is_unresolved(self.region) or not _REGION.fullmatch(self.region):
            raise ValueError(f'region of a replica must be a name such as "eu-central-1", got {self.region!r}')
        if self.key_arn is not None and region_of_key(self.key_arn) not in (None, self.region):
            raise ValueError(f"key_arn of the replica in {self.region} must be a key there, got {self.key_arn!r}")

    @property
    def definition(self) -> dynamodb.ReplicaTableProps:
        """The replica as CDK names it."""
        return dynamodb.ReplicaTableProps(region=self.region)
