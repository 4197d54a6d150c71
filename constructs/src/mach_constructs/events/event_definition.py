"""An event for teams that have no contract classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mach_constructs.events.event_names import require_event
from mach_constructs.events.json_document import require_json


@dataclass(frozen=True, kw_only=True)
class EventDefinition:
    """Names an event, wherever a contract class would do.

    Creates nothing by itself; what publishes it puts its schema into the mesh's registry.

    Attributes:
        source: Who publishes it, such as "shop.orders": at most 256 letters, digits and . _ - /, not beginning with
            "aws.".
        detail_type: What happened, such as "OrderPlaced": at most 128 characters.
        version: Version of the detail's shape, from 1; the event carries it in `detail.metadata.version`.
        schema: JSON Schema of the detail, in any draft, or a whole OpenAPI 3 document; None for no schema.

    Raises:
        ValueError: EventBridge would refuse a name, or the schema is no JSON.

    Example:
        ORDER_PLACED = EventDefinition(source="shop.orders", detail_type="OrderPlaced", schema={"type": "object"})
        Microservice(self, "Loyalty", compute=compute, mesh=mesh, subscribes=[ORDER_PLACED])
    """

    source: str
    detail_type: str
    version: int = 1
    schema: Mapping[str, object] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        require_event("", source=self.source, detail_type=self.detail_type, version=self.version)
        require_json("schema", self.schema)
