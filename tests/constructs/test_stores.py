"""Stores keep data safe unless told otherwise."""

import pytest
from aws_cdk import Stack
from aws_cdk.assertions import Match, Template

from mach_constructs import DynamoDbStore, ObjectStore, Removal, SecondaryIndex


def test_a_table_is_on_demand_recoverable_encrypted_and_protected(stack: Stack) -> None:
    store = DynamoDbStore(
        partition_key="pk",
        sort_key="sk",
        time_to_live="expires_at",
        indexes=[
            SecondaryIndex("all", partition_key="a", sort_key="b"),
            SecondaryIndex("some", partition_key="a", attributes=["c"]),
            SecondaryIndex("keys", partition_key="a", attributes=[]),
        ],
    )
    store.attach(stack, outbox=False)
    template = Template.from_stack(stack)
    template.has_resource(
        "AWS::DynamoDB::GlobalTable",
        {
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
                "StreamSpecification": Match.absent(),
                "Replicas": [
                    {
                        "DeletionProtectionEnabled": True,
                        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                        "Region": {"Ref": "AWS::Region"},
                    }
                ],
            },
        },
    )
    (table,) = template.find_resources("AWS::DynamoDB::GlobalTable").values()
    projections = {
        index["IndexName"]: (index["Projection"]["ProjectionType"], index["Projection"].get("NonKeyAttributes"))
        for index in table["Properties"]["GlobalSecondaryIndexes"]
    }
    assert projections == {"all": ("ALL", None), "some": ("INCLUDE", ["c"]), "keys": ("KEYS_ONLY", None)}


def test_an_outbox_needs_a_stream_of_new_images(stack: Stack) -> None:
    DynamoDbStore(partition_key="pk").attach(stack, outbox=True)
    Template.from_stack(stack).has_resource_properties(
        "AWS::DynamoDB::GlobalTable", {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    )


def test_data_goes_with_the_stack_only_when_told_so(stack: Stack) -> None:
    DynamoDbStore(partition_key="pk", removal=Removal.DESTROY).attach(stack, outbox=False)
    ObjectStore("INDEX_BUCKET", removal=Removal.DESTROY).attach(stack, outbox=False)
    template = Template.from_stack(stack)
    template.has_resource(
        "AWS::DynamoDB::GlobalTable",
        {
            "DeletionPolicy": "Delete",
            "Properties": {"Replicas": [Match.object_like({"DeletionProtectionEnabled": False})]},
        },
    )
    template.has_resource("AWS::S3::Bucket", {"DeletionPolicy": "Delete"})


def test_a_bucket_is_private_encrypted_versioned_and_tidy(stack: Stack) -> None:
    ObjectStore("INDEX_BUCKET").attach(stack, outbox=False)
    template = Template.from_stack(stack)
    template.has_resource(
        "AWS::S3::Bucket",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
                "VersioningConfiguration": {"Status": "Enabled"},
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                            "Status": "Enabled",
                        },
                        {"ExpiredObjectDeleteMarker": True, "Status": "Enabled"},
                    ]
                },
            },
        },
    )
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [Match.object_like({"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})]
                )
            }
        },
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"partition_key": ""}, "partition_key must not be empty, got ''"),
        ({"partition_key": "pk", "sort_key": "pk"}, "sort_key must differ from the partition_key 'pk'"),
        ({"partition_key": "pk", "environment_variable": ""}, "environment_variable must not be empty"),
        (
            {"partition_key": "pk", "indexes": [SecondaryIndex("i", partition_key="a")] * 2},
            "indexes must have different names, got 'i' twice",
        ),
        (
            {"partition_key": "pk", "indexes": [SecondaryIndex(str(n), partition_key="a") for n in range(21)]},
            "indexes must be at most 20, got 21",
        ),
    ],
)
def test_invalid_tables_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DynamoDbStore(**arguments)  # type: ignore[arg-type]


def test_invalid_indexes_and_buckets_are_refused() -> None:
    with pytest.raises(ValueError, match="name of an index must not be empty"):
        SecondaryIndex("", partition_key="a")
    with pytest.raises(ValueError, match="partition_key of index 'i' must not be empty"):
        SecondaryIndex("i", partition_key="")
    with pytest.raises(ValueError, match="sort_key of index 'i' must differ from its partition_key 'a'"):
        SecondaryIndex("i", partition_key="a", sort_key="a")
    with pytest.raises(ValueError, match="environment_variable must not be empty"):
        ObjectStore("")
