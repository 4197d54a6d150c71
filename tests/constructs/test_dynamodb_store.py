"""What a table is made of, besides what every store has by default."""

from collections.abc import Mapping
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from mach_constructs import (
    Capacity,
    DynamoDbStore,
    Key,
    KeyType,
    LocalSecondaryIndex,
    OnDemand,
    Provisioned,
    Removal,
    Replica,
    SecondaryIndex,
    TableEncryption,
)

KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def table(stack: Stack, store: DynamoDbStore, *, outbox: bool = False) -> Mapping[str, Any]:
    """Properties of the table that a store creates."""
    store.attach(stack, outbox=outbox)
    (resource,) = Template.from_stack(stack).find_resources("AWS::DynamoDB::GlobalTable").values()
    properties: Mapping[str, Any] = resource["Properties"]
    return properties


@pytest.fixture
def irish(app: App) -> Stack:
    return Stack(app, "Irish", env=Environment(region="eu-west-1"))


def test_keys_have_types_and_a_name_alone_is_a_text(stack: Stack) -> None:
    properties = table(
        stack,
        DynamoDbStore(
            partition_key="pk",
            sort_key=Key("sk", KeyType.NUMBER),
            indexes=[SecondaryIndex("by_hash", partition_key=Key("hash", KeyType.BINARY), sort_key="pk")],
        ),
    )
    assert {(a["AttributeName"], a["AttributeType"]) for a in properties["AttributeDefinitions"]} == {
        ("pk", "S"),
        ("sk", "N"),
        ("hash", "B"),
    }


def test_several_attributes_together_can_be_the_key_of_an_index(stack: Stack) -> None:
    index = SecondaryIndex(
        "by_place", partition_key=["country", "city"], sort_key=["street", Key("no", KeyType.NUMBER)]
    )
    properties = table(stack, DynamoDbStore(partition_key="pk", indexes=[index]))
    (created,) = properties["GlobalSecondaryIndexes"]
    assert [(key["AttributeName"], key["KeyType"]) for key in created["KeySchema"]] == [
        ("country", "HASH"),
        ("city", "HASH"),
        ("street", "RANGE"),
        ("no", "RANGE"),
    ]


def test_a_local_index_shares_the_partition_key(stack: Stack) -> None:
    index = LocalSecondaryIndex("by_total", sort_key=Key("total", KeyType.NUMBER), attributes=["status"])
    properties = table(stack, DynamoDbStore(partition_key="pk", sort_key="sk", local_indexes=[index]))
    assert properties["LocalSecondaryIndexes"] == [
        {
            "IndexName": "by_total",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "total", "KeyType": "RANGE"},
            ],
            "Projection": {"NonKeyAttributes": ["status"], "ProjectionType": "INCLUDE"},
        }
    ]


def test_a_stream_needs_no_outbox(stack: Stack) -> None:
    store = DynamoDbStore(partition_key="pk", stream=dynamodb.StreamViewType.KEYS_ONLY)
    assert table(stack, store)["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


def test_an_outbox_is_content_with_a_stream_of_both_images(stack: Stack) -> None:
    store = DynamoDbStore(partition_key="pk", stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES)
    assert table(stack, store, outbox=True)["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_recovery_reaches_as_far_back_as_it_is_told(stack: Stack) -> None:
    (replica,) = table(stack, DynamoDbStore(partition_key="pk", recoverable_for=Duration.days(7)))["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 7,
    }


def test_recovery_can_be_switched_off(stack: Stack) -> None:
    (replica,) = table(stack, DynamoDbStore(partition_key="pk", recoverable_for=None))["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


@pytest.mark.parametrize(
    ("removal", "asked", "protected"),
    [
        (Removal.RETAIN, None, True),
        (Removal.RETAIN, False, False),
        (Removal.DESTROY, None, False),
        (Removal.DESTROY, False, False),
    ],
)
def test_what_is_retained_is_protected_unless_told_otherwise(
    stack: Stack, removal: Removal, asked: bool | None, protected: bool
) -> None:
    store = DynamoDbStore(partition_key="pk", removal=removal, deletion_protection=asked)
    (replica,) = table(stack, store)["Replicas"]
    assert replica["DeletionProtectionEnabled"] is protected


@pytest.mark.parametrize("region", [None, "eu-west-1"])
def test_a_key_of_ones_own_encrypts_the_table_whether_or_not_the_region_is_known(app: App, region: str | None) -> None:
    stack = Stack(app, "Stack", env=Environment(region=region))
    properties = table(stack, DynamoDbStore(partition_key="pk", encryption=kms.Key(stack, "Key")))
    (replica,) = properties["Replicas"]
    assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert replica["SSESpecification"]["KMSMasterKeyId"]["Fn::GetAtt"][0].startswith("Key")


def test_dynamodb_can_keep_the_key(stack: Stack) -> None:
    properties = table(stack, DynamoDbStore(partition_key="pk", encryption=TableEncryption.AWS_OWNED))
    assert properties["SSESpecification"] == {"SSEEnabled": False}


def test_what_is_on_demand_can_have_maxima(stack: Stack) -> None:
    index = SecondaryIndex("by_a", partition_key="a", billing=OnDemand(max_reads=3, max_writes=4))
    store = DynamoDbStore(partition_key="pk", indexes=[index], billing=OnDemand(max_reads=1, max_writes=2))
    properties = table(stack, store)
    (replica,) = properties["Replicas"]
    (written,) = properties["GlobalSecondaryIndexes"]
    (read,) = replica["GlobalSecondaryIndexes"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert replica["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 1}
    assert properties["WriteOnDemandThroughputSettings"] == {"MaxWriteRequestUnits": 2}
    assert read["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 3}
    assert written["WriteOnDemandThroughputSettings"] == {"MaxWriteRequestUnits": 4}


def scaling(minimum: int, maximum: int, target: int) -> dict[str, object]:
    return {
        "MinCapacity": minimum,
        "MaxCapacity": maximum,
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": target},
    }


def test_what_is_provisioned_scales_between_bounds_and_an_index_has_its_own(stack: Stack) -> None:
    own = Provisioned(reads=Capacity(3, 30, target_utilization=50), writes=Capacity(4, 40, seed=6))
    store = DynamoDbStore(
        partition_key="pk",
        indexes=[
            SecondaryIndex("as_table", partition_key="a"),
            SecondaryIndex("of_its_own", partition_key="b", billing=own),
        ],
        billing=Provisioned(reads=Capacity(1, 10), writes=Capacity(2, 20)),
    )
    properties = table(stack, store)
    (replica,) = properties["Replicas"]
    reads = {
        index["IndexName"]: index["ReadProvisionedThroughputSettings"]["ReadCapacityAutoScalingSettings"]
        for index in replica["GlobalSecondaryIndexes"]
    }
    writes = {
        index["IndexName"]: index["WriteProvisionedThroughputSettings"]["WriteCapacityAutoScalingSettings"]
        for index in properties["GlobalSecondaryIndexes"]
    }
    assert properties["BillingMode"] == "PROVISIONED"
    assert replica["ReadProvisionedThroughputSettings"]["ReadCapacityAutoScalingSettings"] == scaling(1, 10, 70)
    assert properties["WriteProvisionedThroughputSettings"]["WriteCapacityAutoScalingSettings"] == scaling(2, 20, 70)
    assert reads == {"as_table": scaling(1, 10, 70), "of_its_own": scaling(3, 30, 50)}
    assert writes == {"as_table": scaling(2, 20, 70), "of_its_own": {**scaling(4, 40, 70), "SeedCapacity": 6}}


def test_replicas_have_what_the_table_has_and_a_stream_that_keeps_them_equal(irish: Stack) -> None:
    store = DynamoDbStore(
        partition_key="pk",
        indexes=[SecondaryIndex("by_a", partition_key="a")],
        replicas=[Replica("eu-central-1"), Replica("us-east-1")],
        recoverable_for=Duration.days(3),
    )
    properties = table(irish, store, outbox=True)
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert {replica["Region"] for replica in properties["Replicas"]} == {"eu-west-1", "eu-central-1", "us-east-1"}
    for replica in properties["Replicas"]:
        assert replica["DeletionProtectionEnabled"] is True
        assert replica["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == 3


def test_each_replica_is_encrypted_by_a_key_of_its_region(irish: Stack) -> None:
    store = DynamoDbStore(
        partition_key="pk", encryption=kms.Key(irish, "Key"), replicas=[Replica("eu-central-1", key_arn=KEY_ARN)]
    )
    keys = {r["Region"]: r["SSESpecification"]["KMSMasterKeyId"] for r in table(irish, store)["Replicas"]}
    assert keys["eu-central-1"] == KEY_ARN
    assert keys["eu-west-1"]["Fn::GetAtt"][0].startswith("Key")


def test_class_and_insights_are_passed_on(stack: Stack) -> None:
    store = DynamoDbStore(
        partition_key="pk", table_class=dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS, contributor_insights=True
    )
    (replica,) = table(stack, store)["Replicas"]
    assert replica["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert replica["ContributorInsightsSpecification"] == {"Enabled": True}


def test_items_may_expire_by_a_key_that_is_a_number(stack: Stack) -> None:
    store = DynamoDbStore(partition_key="pk", sort_key=Key("expires", KeyType.NUMBER), time_to_live="expires")
    assert table(stack, store)["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
