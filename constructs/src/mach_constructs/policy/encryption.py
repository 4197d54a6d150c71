"""What is kept is encrypted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mach_constructs.policy.json_values import at, is_false, is_true, objects
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import Finding, SynthesizedApp

_Check = Callable[[Resource], bool]


def _is_set(*keys: str) -> _Check:
    return lambda resource: resource.get(*keys) is not None


def _is_on(*keys: str) -> _Check:
    return lambda resource: is_true(resource.get(*keys))


def _queue(resource: Resource) -> bool:
    # Without a word SQS encrypts with a key of its own:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
    return resource.get("KmsMasterKeyId") is not None or not is_false(resource.get("SqsManagedSseEnabled"))


def _delivery_stream(resource: Resource) -> bool:
    # One that reads a Kinesis stream is encrypted as that is.
    encrypted = resource.get("DeliveryStreamEncryptionConfigurationInput") is not None
    return encrypted or resource.get("DeliveryStreamType") == "KinesisStreamAsSource"


# Tables, buckets, log groups, functions' variables and event buses are always encrypted by AWS.
_ENCRYPTED: Mapping[str, tuple[_Check, str]] = {
    "AWS::SQS::Queue": (_queue, "SqsManagedSseEnabled"),
    "AWS::SNS::Topic": (_is_set("KmsMasterKeyId"), "KmsMasterKeyId"),
    "AWS::Kinesis::Stream": (_is_set("StreamEncryption"), "StreamEncryption"),
    "AWS::KinesisFirehose::DeliveryStream": (_delivery_stream, "DeliveryStreamEncryptionConfigurationInput"),
    "AWS::RDS::DBCluster": (_is_on("StorageEncrypted"), "StorageEncrypted"),
    "AWS::ElastiCache::ReplicationGroup": (_is_on("AtRestEncryptionEnabled"), "AtRestEncryptionEnabled"),
    "AWS::OpenSearchService::Domain": (_is_on("EncryptionAtRestOptions", "Enabled"), "EncryptionAtRestOptions"),
    "AWS::EFS::FileSystem": (_is_on("Encrypted"), "Encrypted"),
    "AWS::EC2::Volume": (_is_on("Encrypted"), "Encrypted"),
}


def _bucket_key(resource: Resource) -> bool:
    rules = objects(resource.get("BucketEncryption", "ServerSideEncryptionConfiguration"))
    return any(at(rule, "ServerSideEncryptionByDefault", "KMSMasterKeyID") is not None for rule in rules)


def _replicas_key(resource: Resource) -> bool:
    replicas = objects(resource.get("Replicas"))
    return bool(replicas) and all(at(replica, "SSESpecification", "KMSMasterKeyId") is not None for replica in replicas)


_OWN_KEY: Mapping[str, tuple[_Check, str]] = {
    "AWS::SQS::Queue": (_is_set("KmsMasterKeyId"), "KmsMasterKeyId"),
    "AWS::Kinesis::Stream": (_is_set("StreamEncryption", "KeyId"), "StreamEncryption.KeyId"),
    "AWS::S3::Bucket": (_bucket_key, "BucketEncryption"),
    "AWS::DynamoDB::Table": (_is_set("SSESpecification", "KMSMasterKeyId"), "SSESpecification.KMSMasterKeyId"),
    "AWS::DynamoDB::GlobalTable": (_replicas_key, "Replicas.0.SSESpecification.KMSMasterKeyId"),
    "AWS::Logs::LogGroup": (_is_set("KmsKeyId"), "KmsKeyId"),
    "AWS::Events::EventBus": (_is_set("KmsKeyIdentifier"), "KmsKeyIdentifier"),
    "AWS::RDS::DBCluster": (_is_set("KmsKeyId"), "KmsKeyId"),
}


class Encryption:
    """What is kept is encrypted at rest.

    Args:
        own_keys: Whether it must be by a KMS key that the template names: in queues, streams, buckets, tables, log
            groups, buses and clusters of databases. A key costs a dollar a month, and its calls are billed.
    """

    name = "Encryption"

    def __init__(self, *, own_keys: bool = False) -> None:
        self._own_keys = own_keys

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        for resource in app.assembly.resources():
            encrypted, place = _ENCRYPTED.get(resource.type, (_always, ""))
            with_own_key, key_place = _OWN_KEY.get(resource.type, (_always, ""))
            what = f"{resource.construct} ({resource.type})"
            if not encrypted(resource):
                message = f"{what} keeps what it holds without encryption"
                yield Finding(self.name, resource, message, f"Set {place}, or the construct's `encryption`.", place)
            elif self._own_keys and not with_own_key(resource):
                message = f"{what} is encrypted by a key of AWS's, not of this app's"
                yield Finding(self.name, resource, message, f"Give it a KMS key ({key_place}).", key_place)


def _always(_resource: Resource) -> bool:
    return True
