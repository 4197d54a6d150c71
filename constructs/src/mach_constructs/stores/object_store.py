"""An S3 bucket that a service owns alone."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.naming import pascal_case
from mach_constructs.regions import require_region
from mach_constructs.stores.object_bucket import ObjectStoreBucket
from mach_constructs.stores.store import Removal
from mach_constructs.validation import require_duration_between, require_environment_variable

_ABANDONED_UPLOAD = Duration.days(7)
_SHORTEST_RECOVERY, _LONGEST_RECOVERY = Duration.days(1), Duration.days(36_500)


@dataclass(frozen=True)
class ObjectStore:
    """A private, encrypted, versioned bucket that answers over TLS only.

    Functions get the bucket's name in the variable that you name, and permission to read, write and delete objects by
    key. Deleted and overwritten objects remain recoverable for a while, then they are removed.

    Example:
        ```python
        ObjectStore("INVOICE_BUCKET", recoverable_for=Duration.days(30), encryption_key=key)
        ```

    Attributes:
        environment_variable: Name of the variable that holds the bucket's name, such as "INDEX_BUCKET".
        listable: Allow `ListBucket` too; without it a missing object reads as 403 instead of 404.
        recoverable_for: How long deleted and overwritten objects are kept, in whole days, at least one.
        encryption_key: A key of your own; by default S3's. Bucket keys keep the number of calls to KMS low.
        access_logs: Bucket for server access logs, if any.
        removal: What becomes of the objects when the bucket leaves its stack. CloudFormation refuses to delete a bucket
            that still holds objects, so with `Removal.DESTROY` empty it first.

    Raises:
        ValueError: The variable has no valid name, or the recovery is no whole number of days.
    """

    environment_variable: str
    _: KW_ONLY
    listable: bool = False
    recoverable_for: Duration = Duration.days(7)  # noqa: RUF009 (a Duration is immutable)
    encryption_key: kms.IKey | None = None
    access_logs: s3.IBucket | None = None
    removal: Removal = Removal.RETAIN

    def __post_init__(self) -> None:
        require_environment_variable("environment_variable", self.environment_variable)
        require_duration_between("recoverable_for", self.recoverable_for, _SHORTEST_RECOVERY, _LONGEST_RECOVERY)
        if not self.recoverable_for.is_unresolved() and self.recoverable_for.to_seconds() % 86_400:
            raise ValueError(f"recoverable_for must be whole days, got {self.recoverable_for.to_human_string()}")

    def attach(self, scope: Construct, *, outbox: bool) -> ObjectStoreBucket:  # noqa: ARG002 (objects carry no events)
        """Create the bucket.

        Args:
            scope: The microservice; the bucket is its child, named after the variable ("IndexBucket").
            outbox: Ignored; events are published out of a table.

        Returns:
            The bucket.

        Raises:
            ValueError: The key or the bucket for access logs is in another region.
        """
        require_region("encryption_key", self.encryption_key, scope)
        require_region("access_logs", self.access_logs, scope)
        bucket = s3.Bucket(
            scope,
            pascal_case(self.environment_variable.removesuffix("_NAME").lower()),
            encryption=s3.BucketEncryption.KMS if self.encryption_key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=self.encryption_key,
            bucket_key_enabled=True if self.encryption_key else None,
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
