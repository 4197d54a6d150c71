"""Who may read the stream of a table."""

from __future__ import annotations

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from mach_constructs.stores.own_key import grant_key
from mach_constructs.stores.store import Access

_ACTIONS = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)


def grant_stream(
    table: dynamodb.ITable, grantee: iam.IGrantable, *, encryption_key: kms.IKey | None = None
) -> iam.Grant:
    """Allow reading a table's stream, and the use of the table's own key if it has one.

    Args:
        table: A table with a stream.
        grantee: Who may.
        encryption_key: The table's own key, where the table does not know it.

    Returns:
        The grant.

    Raises:
        ValueError: The table has no stream, or was imported without the stream's ARN.
    """
    arn = table.table_stream_arn
    if arn is None:
        raise ValueError(f"table must have a stream, {table.node.path} has none")
    grant = iam.Grant.add_to_principal(grantee=grantee, actions=list(_ACTIONS), resource_arns=[arn])
    key = encryption_key or table.encryption_key
    return grant.combine(grant_key(key, grantee, Access.READ, of=table, service="dynamodb")) if key else grant
