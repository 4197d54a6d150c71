"""An archive in a template is an archive on the bus, so that events can be replayed here as on AWS.

The emulator archives and replays, but its CloudFormation does not know `AWS::Events::Archive`.
"""

import hashlib
import json
from typing import Any

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

RESOURCE_TYPE = "AWS::Events::Archive"
# An archive's name has at most 48 characters.
_LONGEST_NAME = 48

Properties = dict[str, Any]


def install() -> None:
    """Adds the type to the emulator's table; call it before whatever wraps that table."""
    if RESOURCE_TYPE in provisioners._RESOURCE_HANDLERS:
        raise RuntimeError(f"ministack changed: it knows {RESOURCE_TYPE} now")
    provisioners._RESOURCE_HANDLERS[RESOURCE_TYPE] = {"create": create, "update": update, "delete": delete}


def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, dict[str, str]]:
    """Creates the archive.

    Returns:
        Its name and its ARN, as `Ref` and `Fn::GetAtt` give them.
    """
    digest = hashlib.sha256(f"{stack_name}/{logical_id}".encode()).hexdigest()[:12]
    name = properties.get("ArchiveName") or f"{stack_name}-{logical_id}"[: _LONGEST_NAME - 13] + f"-{digest}"
    answer = _ask(eventbridge._create_archive, _request(name, properties))
    return name, {"Arn": answer["ArchiveArn"]}


def update(physical_id: str, _old: Properties, properties: Properties, _stack_name: str) -> tuple[str, dict[str, str]]:
    """Changes what can be changed: pattern, retention and description."""
    answer = _ask(eventbridge._update_archive, _request(physical_id, properties))
    return physical_id, {"Arn": answer["ArchiveArn"]}


def delete(physical_id: str, _properties: Properties) -> None:
    """Deletes the archive, if it is still there."""
    eventbridge._delete_archive({"ArchiveName": physical_id})


def _request(name: str, properties: Properties) -> Properties:
    return {
        "ArchiveName": name,
        "EventSourceArn": properties["SourceArn"],
        "EventPattern": json.dumps(properties["EventPattern"]) if "EventPattern" in properties else "",
        "RetentionDays": int(properties.get("RetentionDays", 0)),
        "Description": properties.get("Description", ""),
    }


def _ask(operation: Any, request: Properties) -> Any:
    status, _headers, body = operation(request)
    answer = json.loads(body)
    if status >= 400:
        raise ValueError(f"{RESOURCE_TYPE}: {answer}")
    return answer
