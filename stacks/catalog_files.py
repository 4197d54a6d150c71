"""The bucket of the catalog's exports and imports, and who may do what with which of its files."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from catalog.job import KEPT
from mach_constructs import Microservice, ObjectStore
from mach_constructs.acknowledgments import acknowledge_wildcard

VARIABLE = "FILES_BUCKET"


class CatalogFiles(Construct):
    """A private, encrypted bucket whose files expire with the jobs that they belong to.

    Attributes:
        bucket: The bucket.
    """

    bucket: s3.Bucket

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        store = ObjectStore(VARIABLE, recoverable_for=Duration.days(1))
        self.bucket = store.attach(self, outbox=False).bucket
        self.bucket.add_lifecycle_rule(expiration=Duration.days(KEPT.days))

    def allow(
        self,
        service: Microservice,
        handler: str,
        *,
        read: Sequence[str] = (),
        write: Sequence[str] = (),
        sees_missing: bool = False,
    ) -> None:
        """Let a handler's function read and write files, and tell it of the bucket.

        Args:
            service: Whose handler it is.
            handler: Which.
            read: Folders whose files it may read.
            write: Folders that it may store files in.
            sees_missing: Whether a file that is not there reads as missing, not as forbidden.
        """
        role = service.workloads[handler].role
        service.functions[handler].add_environment(VARIABLE, self.bucket.bucket_name)
        if sees_missing:
            iam.Grant.add_to_principal(grantee=role, actions=["s3:ListBucket"], resource_arns=[self.bucket.bucket_arn])
        for action, folders in (("s3:GetObject", read), ("s3:PutObject", write)):
            for folder in folders:
                files = self.bucket.arn_for_objects(f"{folder}/*")
                acknowledge_wildcard(
                    role, files, reason="Files are named after the jobs; the grant ends at one folder of the bucket."
                )
                iam.Grant.add_to_principal(grantee=role, actions=[action], resource_arns=[files])
