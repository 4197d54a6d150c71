"""Stores keep data safe unless told otherwise."""

from collections.abc import Callable

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from mach_constructs import Access, DynamoDbStore, ObjectStore, Removal, SecondaryIndex

VIA_S3 = {
    "StringEquals": {
        "kms:ViaService": {"Fn::Join": ["", ["s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}]]}
    }
}


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


def test_a_bucket_can_have_a_key_of_its_own(stack: Stack, template_of: Callable[[Stack], Template]) -> None:
    key = kms.Key(stack, "Key")
    bucket = ObjectStore("INDEX_BUCKET", encryption_key=key).attach(stack, outbox=False)
    bucket.grant(iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")), Access.READ)
    bucket.grant(iam.Role(stack, "Writer", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")), Access.WRITE)
    template = template_of(stack)
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": True,
                        "ServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": {"Fn::GetAtt": [Match.string_like_regexp("Key"), "Arn"]},
                        },
                    }
                ]
            }
        },
    )
    keys = {
        policy["Properties"]["Roles"][0]["Ref"][:6]: statement["Action"]
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement.get("Condition") == VIA_S3
    }
    assert keys == {
        "Reader": ["kms:Decrypt", "kms:DescribeKey"],
        "Writer": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
    }


@pytest.mark.parametrize(
    ("variable", "recoverable_for", "message"),
    [
        ("", Duration.days(7), "environment_variable must not be empty"),
        ("INDEX-BUCKET", Duration.days(7), "environment_variable must be letters, digits and underscores"),
        ("AWS_BUCKET", Duration.days(7), "environment_variable must not begin with AWS_ or LAMBDA_"),
        ("INDEX_BUCKET", Duration.hours(36), "recoverable_for must be whole days"),
        ("INDEX_BUCKET", Duration.days(0), "recoverable_for must be between 86400 and"),
    ],
)
def test_invalid_buckets_are_refused(variable: str, recoverable_for: Duration, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ObjectStore(variable, recoverable_for=recoverable_for)
