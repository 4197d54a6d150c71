"""A table that a service uses: the variable it is found by, and who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from mach_constructs.stores.own_key import grant_key
from mach_constructs.stores.store import Access
from mach_constructs.stores.table_stream import grant_stream
from mach_constructs.tokens import is_unresolved

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
_CHANGES = ("dynamodb:BatchWrite", "dynamodb:Delete", "dynamodb:Put", "dynamodb:Update", "dynamodb:PartiQL")


@dataclass(frozen=True, kw_only=True)
class AttachedTable:
    """A table that a service uses, its own or one that existed.

    Attributes:
        table: The table.
        indexes: Names of its secondary indexes.
        variable: Environment variable that holds its name.
        encryption_key: The customer's key that encrypts it, if any. Grants of this class include its use; CDK's own
            (`table.grant_read_data`) do so only where the stack's region is known.
        streams: Whether it has a stream.
    """

    table: dynamodb.ITable
    indexes: tuple[str, ...]
    variable: str
    encryption_key: kms.IKey | None = None
    streams: bool = False

    @property
    def network(self) -> None:
        """None: it is reached through AWS's API."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The table's name under its variable."""
        return {self.variable: self.table.table_name}

    def grant(self, grantee: iam.IGrantable, access: Access, *, indexes: Sequence[str] | None = None) -> iam.Grant:
        """Allow an access to the table, and queries on its indexes if that access reads.

        The use of the table's own key, if it has one, is allowed too, through DynamoDB only.

        Args:
            grantee: Who may.
            access: What.
            indexes: Names of the indexes that may be queried; None means all, an empty sequence none.

        Returns:
            The grant.

        Raises:
            ValueError: The table has no such index.
        """
        queried = self._index_arns(self.indexes if indexes is None else indexes)
        if access is Access.NONE:
            return iam.Grant.drop(grantee, "access is NONE")
        reading = _READ_ACTIONS if access.reads else ("dynamodb:ConditionCheckItem",)
        actions = sorted({*reading, *(_WRITE_ACTIONS if access.writes else ())})
        grant = iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[self.table.table_arn])
        if access.reads and queried:
            grant = grant.combine(
                iam.Grant.add_to_principal(grantee=grantee, actions=["dynamodb:Query"], resource_arns=queried)
            )
        return self._with_key(grant, grantee, access)

    def grant_actions(self, grantee: iam.IGrantable, *actions: str, indexes: Sequence[str] = ()) -> iam.Grant:
        """Allow single actions on the table, or on nothing but some of its indexes.

        Example:
            ```python
            table.grant_actions(report.role, "dynamodb:Scan", indexes=["by_customer"])
            ```

        Args:
            grantee: Who may.
            actions: Which, by their full names; wildcards are refused.
            indexes: Names of indexes; without any, the actions are allowed on the table itself.

        Returns:
            The grant.

        Raises:
            ValueError: There is no action, one is no single action of DynamoDB, or the table has no such index.
        """
        if not actions:
            raise ValueError('actions must be at least one, such as "dynamodb:GetItem", got none')
        for action in actions:
            if not action.startswith("dynamodb:") or not action.removeprefix("dynamodb:").isalpha():
                raise ValueError(f'actions must be single ones, such as "dynamodb:GetItem", got {action!r}')
        grant = iam.Grant.add_to_principal(
            grantee=grantee,
            actions=list(actions),
            resource_arns=self._index_arns(indexes) or [self.table.table_arn],
        )
        changes = any(action.startswith(_CHANGES) for action in actions)
        return self._with_key(grant, grantee, Access.READ_WRITE if changes else Access.READ)

    def grant_stream(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow reading the table's stream.

        Args:
            grantee: Who may.

        Returns:
            The grant.

        Raises:
            ValueError: The table has no stream, or was imported without the stream's ARN.
        """
        if not self.streams:
            raise ValueError(f"table must have a stream, {self.table.node.path} has none")
        return grant_stream(self.table, grantee, encryption_key=self.encryption_key)

    def _index_arns(self, names: Sequence[str]) -> list[str]:
        if isinstance(names, str):
            raise ValueError(f"indexes must be a sequence of names, got {names!r}")
        for name in names:
            if name not in self.indexes and not is_unresolved(name):
                known = ", ".join(self.indexes) or "none"
                raise ValueError(f"indexes must be among those of the table ({known}), got {name!r}")
        return [f"{self.table.table_arn}/index/{name}" for name in names]

    def _with_key(self, grant: iam.Grant, grantee: iam.IGrantable, access: Access) -> iam.Grant:
        key = self.encryption_key
        return grant.combine(grant_key(key, grantee, access, of=self.table, service="dynamodb")) if key else grant


@dataclass(frozen=True, kw_only=True)
class DynamoDbTable(AttachedTable):
    """A table that a `DynamoDbStore` created.

    Attributes:
        table: The table.
    """

    table: dynamodb.TableV2
