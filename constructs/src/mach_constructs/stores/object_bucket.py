"""A bucket that a service uses: the variable it is found by, and who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge_wildcard
from mach_constructs.stores.own_key import grant_key
from mach_constructs.stores.store import Access

_READ_ACTIONS = ("s3:GetObject",)
_WRITE_ACTIONS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject")


@dataclass(frozen=True, kw_only=True)
class AttachedBucket:
    """A bucket that a service uses, its own or one that existed.

    Attributes:
        bucket: The bucket.
        variable: Environment variable that holds its name.
        listable: Whether grants include `ListBucket`.
    """

    bucket: s3.IBucket
    variable: str
    listable: bool

    @property
    def network(self) -> None:
        """None: it is reached through AWS's API."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The bucket's name under its variable."""
        return {self.variable: self.bucket.bucket_name}

    def grant(self, grantee: iam.IGrantable, access: Access) -> iam.Grant:
        """Allow an access to every object of the bucket, and the use of its key, if it has one, through S3 only.

        Args:
            grantee: Who may.
            access: What.

        Returns:
            The grant.
        """
        if access is Access.NONE:
            return iam.Grant.drop(grantee, "access is NONE")
        objects = self.bucket.arn_for_objects("*")
        _acknowledge_objects(grantee, objects)
        actions = (_READ_ACTIONS if access.reads else ()) + (_WRITE_ACTIONS if access.writes else ())
        grant = iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=[objects])
        if self.listable:
            grant = grant.combine(
                iam.Grant.add_to_principal(
                    grantee=grantee, actions=["s3:ListBucket"], resource_arns=[self.bucket.bucket_arn]
                )
            )
        key = self.bucket.encryption_key
        return grant.combine(grant_key(key, grantee, access, of=self.bucket, service="s3")) if key else grant


@dataclass(frozen=True, kw_only=True)
class ObjectStoreBucket(AttachedBucket):
    """A bucket that an `ObjectStore` created.

    Attributes:
        bucket: The bucket.
    """

    bucket: s3.Bucket


def _acknowledge_objects(grantee: iam.IGrantable, objects: str) -> None:
    if isinstance(grantee, Construct):
        acknowledge_wildcard(
            grantee,
            objects,
            reason="Objects are named by the service as it writes them; the grant ends at its own bucket.",
        )
