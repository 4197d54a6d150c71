"""A table whose template changes is the same table with the same items, as long as CloudFormation says so."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import RunningServer
from .template_stack import TemplateStack, deployed

KEY = [{"AttributeName": "pk", "KeyType": "HASH"}]
BY_COLOUR = {
    "IndexName": "by-colour",
    "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
REPLICA: Mapping[str, Any] = {"Region": "us-east-1", "Tags": [{"Key": "service", "Value": "shop"}]}
TABLE: Mapping[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": KEY,
    "Replicas": [REPLICA],
}
WITH_INDEX: Mapping[str, Any] = {
    "AttributeDefinitions": [*TABLE["AttributeDefinitions"], {"AttributeName": "colour", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [BY_COLOUR],
}
MUG = {"pk": {"S": "mug"}, "colour": {"S": "red"}}


def template(*, retained: bool = False, beside: Mapping[str, Any] | None = None, **changed: Any) -> str:
    table: dict[str, Any] = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {**TABLE, **changed}}
    if retained:
        table["UpdateReplacePolicy"] = "Retain"
    outputs = {"Name": {"Value": {"Ref": "Table"}}, "Arn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}}}
    return json.dumps({"Resources": {"Table": table, **(beside or {})}, "Outputs": outputs})


def replica(**changed: Any) -> list[Mapping[str, Any]]:
    return [{**REPLICA, **changed}]


class Table:
    """The table of a stack, with a mug in it."""

    def __init__(self, stack: TemplateStack) -> None:
        self.stack, self.client = stack, stack.server.client("dynamodb")
        self.name = stack.outputs["Name"]
        self.client.put_item(TableName=self.name, Item=MUG)

    @property
    def description(self) -> Any:
        return self.client.describe_table(TableName=self.name)["Table"]

    @property
    def items(self) -> Any:
        return self.client.scan(TableName=self.name)["Items"]

    def update(self, **changed: Any) -> None:
        """Changes the template; the table has to be the one that it was."""
        before = self.description["TableId"]
        self.stack.update(template(**changed))
        assert self.stack.outputs["Name"] == self.name
        assert self.description["TableId"] == before
        assert self.items == [MUG]


@pytest.fixture
def table(fixed: RunningServer) -> Iterator[Table]:
    with deployed(fixed, "kept", template()) as stack:
        yield Table(stack)


def test_an_index_comes_with_what_is_in_the_table_and_goes(table: Table) -> None:
    colour: Mapping[str, Any] = {
        "TableName": table.name,
        "IndexName": "by-colour",
        "KeyConditionExpression": "colour = :colour",
        "ExpressionAttributeValues": {":colour": {"S": "red"}},
    }

    table.update(**WITH_INDEX)
    assert table.client.query(**colour)["Items"] == [MUG]

    other = copy.deepcopy(BY_COLOUR) | {"Projection": {"ProjectionType": "KEYS_ONLY"}}
    table.update(**{**WITH_INDEX, "GlobalSecondaryIndexes": [other]})
    assert table.description["GlobalSecondaryIndexes"][0]["Projection"] == {"ProjectionType": "KEYS_ONLY"}

    table.update()
    assert "GlobalSecondaryIndexes" not in table.description
    with pytest.raises(ClientError, match="ValidationException"):
        table.client.query(**colour)


def test_tags_recovery_and_protection_are_those_of_the_region(table: Table) -> None:
    def seen() -> tuple[Any, ...]:
        recovery = table.client.describe_continuous_backups(TableName=table.name)["ContinuousBackupsDescription"]
        return (
            table.client.list_tags_of_resource(ResourceArn=table.stack.outputs["Arn"])["Tags"],
            recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
            table.description["DeletionProtectionEnabled"],
        )

    assert seen() == ([{"Key": "service", "Value": "shop"}], "DISABLED", False)

    tags = [{"Key": "service", "Value": "stall"}, {"Key": "team", "Value": "blue"}]
    recovery = {"PointInTimeRecoveryEnabled": True}
    table.update(Replicas=replica(Tags=tags, PointInTimeRecoverySpecification=recovery, DeletionProtectionEnabled=True))
    assert seen() == (tags, "ENABLED", True)

    table.update()
    assert seen() == ([{"Key": "service", "Value": "shop"}], "DISABLED", False)


def test_items_expire_by_the_attribute_that_the_template_names(table: Table) -> None:
    def expiry() -> Any:
        return table.client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]

    for attribute in ("expires_at", "ends_at"):
        table.update(TimeToLiveSpecification={"AttributeName": attribute, "Enabled": True})
        assert expiry() == {"AttributeName": attribute, "TimeToLiveStatus": "ENABLED"}

    table.update()
    assert expiry()["TimeToLiveStatus"] == "DISABLED"


def test_what_the_template_says_holds_from_the_start(fixed: RunningServer) -> None:
    body = template(
        Replicas=replica(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}),
        TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
    )
    with deployed(fixed, "complete", body) as stack:
        name, tables = stack.outputs["Name"], fixed.client("dynamodb")
        recovery = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        expiry = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]

    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert expiry == {"AttributeName": "expires_at", "TimeToLiveStatus": "ENABLED"}


def test_a_stream_begins_and_ends(table: Table) -> None:
    table.update(StreamSpecification={"StreamViewType": "NEW_IMAGE"})
    assert table.description["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert table.description["LatestStreamArn"].startswith(table.stack.outputs["Arn"])

    table.update()
    assert not table.description.get("StreamSpecification", {}).get("StreamEnabled")


def test_capacity_is_provisioned_and_on_demand_again(table: Table) -> None:
    def at_least(units: int) -> Mapping[str, Any]:
        return {"MinCapacity": units, "MaxCapacity": 100, "TargetTrackingScalingPolicyConfiguration": {}}

    for reads, writes in ((7, 3), (8, 4)):
        table.update(
            BillingMode="PROVISIONED",
            WriteProvisionedThroughputSettings={"WriteCapacityAutoScalingSettings": at_least(writes)},
            Replicas=replica(
                ReadProvisionedThroughputSettings={"ReadCapacityAutoScalingSettings": at_least(reads)},
            ),
        )
        provisioned = table.description["ProvisionedThroughput"]
        assert (provisioned["ReadCapacityUnits"], provisioned["WriteCapacityUnits"]) == (reads, writes)

    table.update()
    assert table.description["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize(
    "changed",
    [
        {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
        {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}]},
        {"TableName": "named"},
    ],
)
def test_another_key_type_or_name_makes_another_table(table: Table, changed: Mapping[str, Any]) -> None:
    table.stack.update(template(**changed))

    assert table.stack.outputs["Name"] != table.name
    assert table.client.scan(TableName=table.stack.outputs["Name"])["Items"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        table.client.describe_table(TableName=table.name)


def test_a_replaced_table_that_is_to_be_retained_keeps_its_items(table: Table) -> None:
    table.stack.update(template(retained=True, TableName="retaining"))

    assert table.items == [MUG]
    table.client.delete_table(TableName=table.name)


def test_a_table_is_not_replaced_under_its_own_name_and_what_was_changed_before_is_changed_back(
    fixed: RunningServer,
) -> None:
    named: dict[str, Any] = {"Type": "AWS::DynamoDB::GlobalTable", "DependsOn": "Table"}
    named["Properties"] = {**TABLE, "TableName": "own"}
    other_type = [{"AttributeName": "pk", "AttributeType": "N"}]
    refused = {**named, "Properties": {**named["Properties"], "AttributeDefinitions": other_type}}
    with deployed(fixed, "refused", template(beside={"Named": named})) as stack:
        table = Table(stack)
        fixed.client("dynamodb").put_item(TableName="own", Item=MUG)

        stack.update(template(beside={"Named": refused}, **WITH_INDEX), until="stack_rollback_complete")

        assert table.items == fixed.client("dynamodb").scan(TableName="own")["Items"] == [MUG]
        assert "GlobalSecondaryIndexes" not in table.description


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    with deployed(plain, "kept", template()) as stack:
        Table(stack)
        stack.update(template(**WITH_INDEX))
        assert plain.client("dynamodb").scan(TableName=stack.outputs["Name"])["Items"] == []
