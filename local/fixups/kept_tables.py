"""A table whose template changes stays the same table with the same items; what the template says of it holds.

The emulator makes a new and empty `AWS::DynamoDB::GlobalTable` of every change, so each `make up` after an edit would
lose data. It takes no setting of a replica either, and no time to live. CloudFormation replaces a table only when its
name, its key, a local index or the type of an attribute changes:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack.core.responses import get_region
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

RESOURCE_TYPE = "AWS::DynamoDB::GlobalTable"
TABLE = "AWS::DynamoDB::Table"
REPLACING = ("TableName", "KeySchema", "LocalSecondaryIndexes")
_SAME_IN_A_TABLE = (
    "AttributeDefinitions",
    "BillingMode",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)
_USED = ("_replace_resource", "_requires_replacement_dynamodb")

Properties = Mapping[str, Any]


def install() -> None:
    """Replaces the emulator's handlers of global tables by its own ones of tables; call it before the table is wrapped.

    Raises:
        RuntimeError: When the emulator's handlers are not as they were.
    """
    handlers = provisioners._RESOURCE_HANDLERS
    own = handlers[TABLE]
    if own.get("update_with_logical_id") is not True or handlers[RESOURCE_TYPE].get("update_with_logical_id"):
        raise RuntimeError("ministack changed: its handlers of tables are others")
    for owner, names in ((provisioners, _USED), (dynamodb, ("_update_ttl", "_update_continuous_backups"))):
        for name in names:
            if not callable(getattr(owner, name, None)):
                raise RuntimeError(f"ministack changed: {owner.__name__} has no {name}")

    def create(logical_id: str, properties: Properties, stack_name: str) -> Any:
        described = as_table(properties)
        if "TableName" in properties:
            described["TableName"] = properties["TableName"]
        name, attributes = own["create"](logical_id, described, stack_name)
        _settle(name, {}, properties)
        return name, attributes

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Any:
        if provisioners._requires_replacement_dynamodb(old, new):
            return provisioners._replace_resource(RESOURCE_TYPE, physical_id, old, new, stack_name, logical_id)
        described = [as_table(properties) | {"TableName": physical_id} for properties in (old, new)]
        answer = own["update"](physical_id, *described, stack_name, logical_id)
        _settle(physical_id, old, new)
        return answer

    handlers[RESOURCE_TYPE] = {**own, "create": create, "update": update}
    # What a change of these does is up to the emulator's engine: a new name, and the old table's deletion or retention.
    provisioners._REPLACING_PROPERTIES[RESOURCE_TYPE] = REPLACING
    provisioners._CUSTOM_NAME_REPLACEMENT[RESOURCE_TYPE] = provisioners._CUSTOM_NAME_REPLACEMENT[TABLE]


def as_table(properties: Properties) -> dict[str, Any]:
    """The properties, but for the name, of an `AWS::DynamoDB::Table` that is what a global table is in this region.

    Args:
        properties: Those of the global table.
    """
    replica = replica_of(properties)
    # The emulator's table would share lists with the template, and change them.
    table = {name: copy.deepcopy(properties[name]) for name in _SAME_IN_A_TABLE if name in properties}
    table |= {name: copy.deepcopy(replica[name]) for name in ("DeletionProtectionEnabled", "Tags") if name in replica}
    if encryption := properties.get("SSESpecification"):
        table["SSESpecification"] = {**encryption, **replica.get("SSESpecification", {})}
        table["SSESpecification"]["Enabled"] = table["SSESpecification"].pop("SSEEnabled", False)
    reads_of_indexes = {index["IndexName"]: index for index in replica.get("GlobalSecondaryIndexes", ())}
    indexes = [_index(index, reads_of_indexes) for index in properties.get("GlobalSecondaryIndexes", ())]
    return table | _capacity(properties, replica) | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


def replica_of(properties: Properties) -> Properties:
    """What a global table says of the copy in this region.

    Args:
        properties: Those of the global table.
    """
    replicas: Sequence[Properties] = properties.get("Replicas") or ()
    return next((replica for replica in replicas if replica.get("Region") == get_region()), {})


def _index(index: Properties, reads: Mapping[str, Properties]) -> dict[str, Any]:
    same = {name: copy.deepcopy(index[name]) for name in ("IndexName", "KeySchema", "Projection") if name in index}
    return same | _capacity(index, reads.get(index["IndexName"], {}))


def _capacity(writes: Properties, reads: Properties) -> dict[str, Any]:
    """Capacity that scales is what it is at least: nothing scales here."""
    scaled_writes = writes.get("WriteProvisionedThroughputSettings", {}).get("WriteCapacityAutoScalingSettings")
    settings = reads.get("ReadProvisionedThroughputSettings", {})
    scaled_reads = settings.get("ReadCapacityAutoScalingSettings", {}).get("MinCapacity")
    if scaled_writes is None:
        return {}
    return {
        "ProvisionedThroughput": {
            "ReadCapacityUnits": int(settings.get("ReadCapacityUnits", scaled_reads or 1)),
            "WriteCapacityUnits": int(scaled_writes["MinCapacity"]),
        }
    }


def _settle(name: str, old: Properties, new: Properties) -> None:
    """Sets what the emulator's handlers of tables leave out, where the template says something new."""
    expiry = new.get("TimeToLiveSpecification")
    if expiry != old.get("TimeToLiveSpecification"):
        expiry = expiry or {**old["TimeToLiveSpecification"], "Enabled": False}
        _ask(dynamodb._update_ttl, {"TableName": name, "TimeToLiveSpecification": expiry})
    recovery = replica_of(new).get("PointInTimeRecoverySpecification") or {"PointInTimeRecoveryEnabled": False}
    _ask(
        dynamodb._update_continuous_backups,
        {"TableName": name, "PointInTimeRecoverySpecification": recovery},
    )


def _ask(operation: Callable[[Properties], Any], request: Properties) -> None:
    status, _headers, body = operation(request)
    if status >= 400:
        raise ValueError(f"{RESOURCE_TYPE}: {body!r}")
