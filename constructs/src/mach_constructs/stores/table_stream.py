"""The stream of a table: whether there is one, what it shows, and who may read it."""

from __future__ import annotations

from aws_cdk import Stack
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
_NEW_IMAGES = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")


def stream_arn(table: dynamodb.ITable) -> str | None:
    """Give the ARN of a table's stream.

    Args:
        table: A table of this app, or one that it imports.

    Returns:
        The ARN, or None when the table has no stream or was imported without it. (`table.table_stream_arn` of a
        `TableV2` is never None.)
    """
    return table.table_stream_arn if not _is_built_here(table) or _view(table) is not None else None


def require_new_images(table: dynamodb.ITable) -> str:
    """Check that a table's stream shows what was written, as an outbox needs.

    Args:
        table: A table of this app, or one that it imports; nothing tells what the stream of that one shows.

    Returns:
        The ARN of the stream.

    Raises:
        ValueError: The table has no stream, was imported without it, or the stream does not show new images.
    """
    arn, problem = stream_arn(table), None
    if _is_built_here(table):
        view = _view(table)
        if view is None:
            problem = f"{table.node.path} has no stream"
        elif isinstance(view, str) and view not in _NEW_IMAGES:
            problem = f"the stream of {table.node.path} shows {view}"
    elif arn is None:
        problem = f"{table.node.path} was imported without a table_stream_arn"
    if arn is None or problem is not None:
        raise ValueError(f"table must have a stream of new images, {problem}")
    return arn


def _is_built_here(table: dynamodb.ITable) -> bool:
    return isinstance(table.node.default_child, dynamodb.CfnTable | dynamodb.CfnGlobalTable)


def _view(table: dynamodb.ITable) -> object:
    resource = table.node.default_child
    if not isinstance(resource, dynamodb.CfnTable | dynamodb.CfnGlobalTable):
        return None
    # A TableV2 decides about its stream late, by its replicas, so that `stream_specification` cannot be read as it is.
    specification = Stack.of(table).resolve(resource._cfn_properties).get("streamSpecification")
    return specification.get("streamViewType") if isinstance(specification, dict) else specification


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
    arn = stream_arn(table)
    if arn is None:
        raise ValueError(f"table must have a stream, {table.node.path} has none")
    grant = iam.Grant.add_to_principal(grantee=grantee, actions=list(_ACTIONS), resource_arns=[arn])
    key = encryption_key or table.encryption_key
    return grant.combine(grant_key(key, grantee, Access.READ, of=table, service="dynamodb")) if key else grant
