"""What the users of a store must be allowed to do with the customer's key that encrypts it."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import IConstruct

from mach_constructs.stores.store import Access

_READ_ACTIONS = ("kms:Decrypt", "kms:DescribeKey")
_WRITE_ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")


def grant_key(key: kms.IKey, grantee: iam.IGrantable, access: Access, *, of: IConstruct, service: str) -> iam.Grant:
    """Allow the use of a customer's key through one AWS service only, as the encryption of a store needs it.

    Args:
        key: The key; one of another account gets an entry in its policy too.
        grantee: Who may.
        access: Whether data are read, written or both.
        of: The store, in whose region the service is.
        service: The service that uses the key in the grantee's name, such as "dynamodb".

    Returns:
        The grant.
    """
    stack = Stack.of(of)
    return iam.Grant.add_to_principal_or_resource(
        grantee=grantee,
        actions=list(_WRITE_ACTIONS if access.writes else _READ_ACTIONS),
        resource_arns=[key.key_arn],
        resource=key,
        conditions={"StringEquals": {"kms:ViaService": f"{service}.{stack.region}.{stack.url_suffix}"}},
    )
