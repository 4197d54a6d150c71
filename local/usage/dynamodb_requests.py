"""Read and write units of requests to DynamoDB, and which partitions are written and read.

Write units are those that the emulator reports, table and index apart. Read units are calculated here from the sizes of
the items that were found, as the emulator takes each item for one of at most 4 kB:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ministack.services import dynamodb

from local.usage.tally import Tally

READ_BYTES = 4096
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
_PARTITION_VALUE = re.compile(r"= *(:\w+)")
"""In a key condition, where the partition key comes first."""
_REFUSED = ("ConditionalCheckFailedException", "TransactionCanceledException")


def with_capacity(body: bytes) -> bytes:
    """The request, asking for the units that it consumes."""
    return json.dumps({**json.loads(body), "ReturnConsumedCapacity": "INDEXES"}).encode()


def count(tally: Tally, operation: str, asked: Mapping[str, Any], status: int, answered: Mapping[str, Any]) -> None:
    """Count a request.

    Args:
        tally: Where.
        operation: Its name, such as `PutItem`.
        asked: Its body.
        status: Of the answer.
        answered: The answer's body.
    """
    if operation in _WRITES:
        _count_writes(tally, asked, status, answered)
    elif status == 200:
        for place, key, units in _reads(operation, asked, answered):
            tally.add_read(place, key, units)


def _count_writes(tally: Tally, asked: Mapping[str, Any], status: int, answered: Mapping[str, Any]) -> None:
    operations = list(_written(asked))
    if status != 200:
        # A refused write is billed as if it had happened: here with the least that an item takes.
        if str(answered.get("__type", "")).endswith(_REFUSED):
            for table, _ in operations:
                tally.add(table, "dynamodb_write_units", 2 if "TransactItems" in asked else 1)
        return
    for table, key in operations:
        tally.add_write(table, key)
    consumed = answered.get("ConsumedCapacity", [])
    for entry in consumed if isinstance(consumed, list) else [consumed]:
        indexes = {**entry.get("GlobalSecondaryIndexes", {}), **entry.get("LocalSecondaryIndexes", {})}
        of_indexes = {name: float(index["CapacityUnits"]) for name, index in indexes.items()}
        table = entry["TableName"]
        tally.add(table, "dynamodb_write_units", float(entry["CapacityUnits"]) - sum(of_indexes.values()))
        for name, units in of_indexes.items():
            tally.add(f"{table}/{name}", "dynamodb_write_units", units)


def _written(asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for operation in asked.get("TransactItems", ()):
        for of_item in operation.values():
            yield of_item["TableName"], _partition(of_item)
    for table, requests in asked.get("RequestItems", {}).items():
        for request in requests:
            for of_item in request.values():
                yield table, _partition(of_item)
    if "TableName" in asked:
        yield asked["TableName"], _partition(asked)


def _partition(of_item: Mapping[str, Any]) -> str:
    key = of_item.get("Item") or of_item.get("Key") or {}
    return str(key.get("pk", {}).get("S", ""))


def _reads(operation: str, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    if operation == "GetItem":
        yield asked["TableName"], _partition(asked), _units(asked, answered.get("Item"))
    elif operation in ("Query", "Scan"):
        size = sum(map(_size, answered.get("Items", [])))
        index = asked.get("IndexName")
        place = f"{asked['TableName']}/{index}" if index else asked["TableName"]
        yield place, _queried(asked), _units_of(asked, size)
    elif operation == "BatchGetItem":
        for table, wanted in asked["RequestItems"].items():
            found = {_key(item): item for item in answered.get("Responses", {}).get(table, [])}
            for key in wanted["Keys"]:
                yield table, _partition({"Key": key}), _units(wanted, found.get(_key(key)))
    elif operation == "TransactGetItems":
        for get, found in zip(asked["TransactItems"], answered.get("Responses", []), strict=False):
            of_item = get["Get"]
            units = 2 * _units({"ConsistentRead": True}, found.get("Item"))
            yield of_item["TableName"], _partition(of_item), units


def _queried(asked: Mapping[str, Any]) -> str:
    if (value := _PARTITION_VALUE.search(asked.get("KeyConditionExpression", ""))) is None:
        return ""  # a scan
    return str(next(iter(asked["ExpressionAttributeValues"][value[1]].values())))


def _key(item: Mapping[str, Any]) -> str:
    return json.dumps([item.get("pk"), item.get("sk")])


def _units(asked: Mapping[str, Any], item: Any) -> float:
    return _units_of(asked, _size(item))


def _units_of(asked: Mapping[str, Any], size: int) -> float:
    return (1.0 if asked.get("ConsistentRead") else 0.5) * max(1, math.ceil(size / READ_BYTES))


def _size(item: Any) -> int:
    return int(dynamodb._item_size_bytes(item)) if item else 0
