"""A rule puts its events into a Kinesis stream; the emulator takes such targets and drops what they should get.

The partition key is what the target's path says, or the event's id, as on AWS. Targets that also transform the event
are left to the emulator, which warns of them.
"""

import base64
import json
from typing import Any

from ministack.services import eventbridge, kinesis

TRANSFORMING = ("Input", "InputPath", "InputTransformer")


def partition_key(event: dict[str, Any], path: str | None) -> str:
    """What the path finds in the event.

    Args:
        event: As it is delivered.
        path: Such as `$.detail.data.id`; without one, the event's id is the key.
    """
    found: Any = event
    for part in (path or "$.id").removeprefix("$.").split("."):
        found = found[part]
    return str(found)


def install() -> None:
    """Lets targets in streams get their events."""
    invoke, put = eventbridge._invoke_target, kinesis._put_record

    def invoke_or_put(target: dict[str, Any], event: Any, rule: Any, view: Any = None) -> Any:
        arn = target.get("Arn", "")
        if ":kinesis:" not in arn or any(target.get(name) for name in TRANSFORMING):
            return invoke(target, event, rule, view)
        delivered = (view or eventbridge._pattern_event_view(event)).event_with_detail()
        key = partition_key(delivered, (target.get("KinesisParameters") or {}).get("PartitionKeyPath"))
        record = base64.b64encode(json.dumps(delivered).encode()).decode()
        return put({"StreamARN": arn, "StreamName": arn.rpartition("/")[2], "PartitionKey": key, "Data": record})

    eventbridge._invoke_target = invoke_or_put
