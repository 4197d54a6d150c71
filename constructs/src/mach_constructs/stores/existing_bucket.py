"""A bucket that a service uses but did not create."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs.stores.object_bucket import AttachedBucket
from mach_constructs.validation import require_environment_variable


@dataclass(frozen=True)
class ExistingBucket:
    """A bucket made elsewhere: grants and the variable with its name are added, nothing is created or changed.

    `Microservice(store=bucket)` is short for `ExistingBucket(bucket)`.

    Example:
        ```python
        ExistingBucket(s3.Bucket.from_bucket_name(self, "Images", "shop-images"), environment_variable="IMAGE_BUCKET")
        ```

    Attributes:
        bucket: The bucket. One with a key of its own must be imported with that key.
        environment_variable: Name of the variable that holds the bucket's name.
        listable: Allow `ListBucket` too; without it a missing object reads as 403 instead of 404.

    Raises:
        ValueError: The variable has no valid name.
    """

    bucket: s3.IBucket
    _: KW_ONLY
    environment_variable: str = "BUCKET_NAME"
    listable: bool = False

    def __post_init__(self) -> None:
        require_environment_variable("environment_variable", self.environment_variable)

    def attach(self, scope: Construct, *, outbox: bool) -> AttachedBucket:  # noqa: ARG002 (it exists already)
        """Take the bucket as it is.

        Args:
            scope: Ignored; nothing is created.
            outbox: Ignored; events are published out of a table.

        Returns:
            The bucket.
        """
        return AttachedBucket(bucket=self.bucket, variable=self.environment_variable, listable=self.listable)
