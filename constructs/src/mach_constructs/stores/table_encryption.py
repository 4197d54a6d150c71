"""Whose key encrypts a table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms

from mach_constructs.tokens import is_unresolved


class TableEncryption(Enum):
    """Keys that AWS looks after; a key of your own is given as an `IKey` instead."""

    AWS_OWNED = "aws-owned"
    """A key in an account of DynamoDB: free, but neither its use nor its policy can be seen."""

    AWS_MANAGED = "aws-managed"
    """The key `aws/dynamodb` of this account: its use shows in CloudTrail; requests to KMS are billed."""


Encryption = TableEncryption | kms.IKey
"""Whose key encrypts a table."""


def own_key(encryption: Encryption) -> kms.IKey | None:
    """Give the customer's key.

    Args:
        encryption: What a table says.

    Returns:
        The key, or None when AWS looks after it.
    """
    return None if isinstance(encryption, TableEncryption) else encryption


def table_encryption(
    encryption: Encryption, replica_key_arns: Mapping[str, str], *, region_known: bool
) -> dynamodb.TableEncryptionV2:
    """Give an encryption as CDK names it.

    Args:
        encryption: What a table says.
        replica_key_arns: ARN of the customer's key in each region of a replica.
        region_known: Whether the stack's region is known; CDK takes a customer's key only then, otherwise
            `set_own_key` must follow.

    Returns:
        The same for CDK.
    """
    if encryption is TableEncryption.AWS_OWNED:
        return dynamodb.TableEncryptionV2.dynamo_owned_key()
    key = own_key(encryption)
    if key is None or not region_known:
        return dynamodb.TableEncryptionV2.aws_managed_key()
    return dynamodb.TableEncryptionV2.customer_managed_key(key, dict(replica_key_arns) or None)


def set_own_key(table: dynamodb.TableV2, key: kms.IKey) -> None:
    """Encrypt a table without replicas by a customer's key, in a stack whose region is known only at deployment.

    Args:
        table: The table, with encryption by an AWS managed key so far.
        key: The customer's key, in the region that the stack will be deployed to.
    """
    resource = table.node.default_child
    if isinstance(resource, dynamodb.CfnGlobalTable):
        resource.add_property_override("Replicas.0.SSESpecification.KMSMasterKeyId", key.key_arn)


def region_of_key(arn: str) -> str | None:
    """Read a key's region out of its ARN.

    Args:
        arn: ARN of a key, or a token.

    Returns:
        The region, or None when the ARN is known only at deployment.

    Raises:
        ValueError: It is no ARN of a KMS key.
    """
    if is_unresolved(arn):
        return None
    parts = arn.split(":")
    if len(parts) != len(("arn", "partition", "kms", "region", "account", "resource")) or parts[2] != "kms":
        raise ValueError(f'key_arn must look like "arn:aws:kms:eu-west-1:123456789012:key/…", got {arn!r}')
    return parts[3]
