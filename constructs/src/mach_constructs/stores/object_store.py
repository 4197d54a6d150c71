"""An S3 bucket that a service owns alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.naming import pascal_case
from mach_constructs.stores.store import Access, Removal
from mach_constructs.validation import require_text

_READ_ACTIONS = ("s3:GetObject",)
_WRITE_ACTIONS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject")
_ABANDONED_UPLOAD = Duration.days(7)


@dataclass(frozen=True)
class ObjectStore:
    """A private, encrypted, versioned bucket that answers over TLS only.

    Functions get the bucket's name in the variable that you name, and permission to read, write and delete objects by
    key. Deleted and overwritten objects remain recoverable for a while, then they are removed.

    Attributes:
        environment_variable: Name of the variable that holds the bucket's name, such as "INDEX_BUCKET".
        listable: Allow `ListBucket` too; without it a missing object reads as 403 instead of 404.
        recoverable_for: How long deleted and overwritten objects are kept, in whole days.
        access_logs: Bucket for server access logs, if any.
        removal: What becomes of the objects when the bucket leaves its stack. CloudFormation refuses to delete a bucket
            that still holds objects, so with `Removal.DESTROY` empty it first.

    Raises:
        ValueError: The variable's name is empty.
    """

    environment_variable: str
    _: KW_ONLY
    listable: bool = False
    recoverable_for: Duration = Duration.days(7)  # noqa: RUF009 (a Duration is immutable)
    access_logs: s3.IBucket | None = None
    removal: Removal = Removal.RETAIN

    def __post_init__(self) -> None:
        require_text("environment_variable", self.environment_variable)

    def attach(self, scope: Construct, *, outbox: bool) -> ObjectStoreBucket:  # noqa: ARG002 (objects carry no events)
        """Create the bucket.

        Args:
            scope: The microservice; the bucket is its child, named after the variable ("IndexBucket").
            outbox: Ignored; events are published out of a table.

        Returns:
            The bucket.
        """
        bucket = s3.Bucket(
            scope,
            pascal_case(self.environment_variable.removesuffix("_NAME").lower()),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=self.recoverable_for,
                    abort_incomplete_multipart_upload_after=_ABANDONED_UPLOAD,
                ),
                # A rule of its own: S3 refuses marker expiry beside the expiry of current objects.
                s3.LifecycleRule(expired_object_delete_marker=True),
            ],
            server_access_logs_bucket=self.access_logs,
            removal_policy=self.removal.value,
        )
        if self.access_logs is None:
            acknowledge(
                bucket,
                ["AwsSolutions::AwsSolutions-S1", "Serverless::Serverless-S3BucketLoggingEnabled"],
                reason="The only principals are this service's functions, by exact grants; public access is blocked. "
                "Object-level audit is CloudTrail data events, switched on for an account as a whole.",
            )
        return ObjectStoreBucket(bucket=bucket, variable=self.environment_variable, listable=self.listable)


@dataclass(frozen=True, kw_only=True)
class ObjectStoreBucket:
    """A bucket that an `ObjectStore` created.

    Attributes:
        bucket: The bucket.
        variable: Environment variable that holds its name.
        listable: Whether grants include `ListBucket`.
    """

    bucket: s3.Bucket
    variable: str
    listable: bool

    @property
    def environment(self) -> Mapping[str, str]:
        """The bucket's name under its variable."""
        return {self.variable: self.bucket.bucket_name}

    def grant(self, grantee: iam.IGrantable, access: Access) -> iam.Grant:
        """Allow an access to every object of the bucket.

        Args:
            grantee: Who may.
            access: What.

        Returns:
            The grant.
        """
        _acknowledge_objects(grantee, self.bucket)
        actions = _READ_ACTIONS if access is Access.READ else _READ_ACTIONS + _WRITE_ACTIONS
        grant = iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[self.bucket.arn_for_objects("*")]
        )
        if not self.listable:
            return grant
        return grant.combine(
            iam.Grant.add_to_principal(
                grantee=grantee, actions=["s3:ListBucket"], resource_arns=[self.bucket.bucket_arn]
            )
        )


def _acknowledge_objects(grantee: iam.IGrantable, bucket: s3.Bucket) -> None:
    resource = bucket.node.default_child
    if isinstance(grantee, Construct) and isinstance(resource, CfnElement):
        logical_id = Stack.of(bucket).get_logical_id(resource)
        acknowledge(
            grantee,
            [f"AwsSolutions::AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/*]"],
            reason="Objects are named by the service as it writes them; the grant ends at its own bucket.",
        )
