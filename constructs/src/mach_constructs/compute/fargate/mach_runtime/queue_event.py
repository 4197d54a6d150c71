"""SQS messages as the event that Lambda hands to a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef


def event_of(messages: Sequence[MessageTypeDef], *, queue_url: str, region: str) -> dict[str, object]:
    """Give the event.

    Args:
        messages: What was received, with all attributes.
        queue_url: Where from.
        region: Its region.
    """
    account, name = queue_url.rstrip("/").split("/")[-2:]
    arn = f"arn:aws:sqs:{region}:{account}:{name}"
    return {"Records": [_record(message, arn, region) for message in messages]}


def _record(message: MessageTypeDef, arn: str, region: str) -> dict[str, object]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {
                "stringValue": attribute.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute["DataType"],
            }
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": region,
    }


def failed_ids(result: object, sent: Sequence[str]) -> set[str]:
    """Read a partial batch response: which messages come again.

    By Lambda's rules, null, an empty object and an empty list are success; anything that cannot be read, and an id that
    was not sent, fail the whole batch.

    Args:
        result: What the handler returned.
        sent: The ids of the batch.
    """
    if result is None or result == {}:
        return set()
    everything = set(sent)
    failures = result.get("batchItemFailures") if isinstance(result, Mapping) else None
    if failures is None and isinstance(result, Mapping):
        return set() if "batchItemFailures" in result else everything
    if not isinstance(failures, Sequence) or isinstance(failures, str):
        return everything
    failed = {entry.get("itemIdentifier") if isinstance(entry, Mapping) else None for entry in failures}
    return {str(identifier) for identifier in failed} if failed <= everything else everything
