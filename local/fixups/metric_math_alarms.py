"""An alarm on an expression of metrics is accepted and recorded, instead of failing its stack.

The emulator has no metric math, as it has few metrics to reckon with. Like a resource type that it does not know,
such an alarm gets a physical id and an ARN, and `make up` lists it as not emulated: it never sounds.
"""

from collections.abc import Mapping
from typing import Any

from ministack.services.cloudformation import provisioners

from local.fixups.unknown_resource_types import AcceptingHandlers

ALARM = "AWS::CloudWatch::Alarm"
RECORDED_AS = "AWS::CloudWatch::Alarm on metric math"

Properties = Mapping[str, Any]


def install() -> None:
    """Wraps the emulator's handler of alarms; the table of types must be the accepting one already.

    Raises:
        RuntimeError: When the emulator's handler is not as it was.
    """
    handlers = provisioners._RESOURCE_HANDLERS
    if not isinstance(handlers, AcceptingHandlers):
        raise RuntimeError("unknown_resource_types must be installed before")
    own, accepting = handlers[ALARM], handlers.accepting(RECORDED_AS)
    if not {"create", "update", "delete"} <= own.keys() or own.get("update_with_logical_id") is not True:
        raise RuntimeError(f"ministack changed: its handler of alarms has {sorted(own)}")

    def create(logical_id: str, properties: Properties, stack_name: str) -> Any:
        handler = accepting if "Metrics" in properties else own
        return handler["create"](logical_id, properties, stack_name)

    def update(
        physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Any:
        if "Metrics" in old or "Metrics" in new:
            delete(physical_id, old)
            return create(logical_id or physical_id, new, stack_name)
        return own["update"](physical_id, old, new, stack_name, logical_id=logical_id)

    def delete(physical_id: str, properties: Properties) -> None:
        # What is replaced is deleted a second time, with the properties that it has not had.
        accepting["delete"](physical_id, properties)
        if "Metrics" not in properties:
            own["delete"](physical_id, properties)

    handlers[ALARM] = {**own, "create": create, "update": update, "delete": delete}
