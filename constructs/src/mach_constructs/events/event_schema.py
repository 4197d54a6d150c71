"""The schemas of a service's events, in the registry of its mesh."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_eventschemas as eventschemas
from constructs import Construct

from mach_constructs.events.event_contract import Event, name_of
from mach_constructs.events.event_definition import EventDefinition
from mach_constructs.events.json_document import require_json
from mach_constructs.events.json_schema import DRAFT_4, draft_4
from mach_constructs.naming import pascal_case

MOST_CHARACTERS = 100_000
"""Largest schema that EventBridge takes
(https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries-name-registryname-schemas-name-schemaname.html,
"CreateSchemaInput")."""
_LONGEST_NAME = 385
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._@-]+")


@dataclass(frozen=True, kw_only=True)
class EventSchema:
    """A schema as the registry takes it.

    Attributes:
        name: "<source>@<detail type>-v<version>".
        type: "JSONSchemaDraft4" or "OpenApi3".
        content: The document; the same contract always gives the same text.
    """

    name: str
    type: str
    content: str


def schema_of(event: Event) -> EventSchema | None:
    """Give the schema of an event.

    Args:
        event: A contract class, or a definition.

    Returns:
        An OpenAPI document as it was given; else a schema of the whole EventBridge event in draft 4 whose `detail` is
        what the contract says. None when the contract says nothing.

    Raises:
        ValueError: It is larger than 100,000 characters, or the contract's `model_json_schema()` gives no
            object, or one that is no JSON.
    """
    detail = _detail_of(event)
    if detail is None:
        return None
    name = _NOT_IN_A_NAME.sub("-", f"{event.source}@{event.detail_type}-v{event.version}")[:_LONGEST_NAME]
    is_openapi = str(detail.get("openapi", "")).startswith("3.")
    content = json.dumps(
        detail if is_openapi else _envelope(event, draft_4(detail)),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    if len(content) > MOST_CHARACTERS:
        raise ValueError(
            f"schema of {name_of(event)} must have at most {MOST_CHARACTERS} characters, EventBridge's limit, got "
            f"{len(content)}"
        )
    return EventSchema(name=name, type="OpenApi3" if is_openapi else "JSONSchemaDraft4", content=content)


def add_schemas(
    scope: Construct, registry: eventschemas.CfnRegistry, events: Sequence[Event]
) -> dict[str, eventschemas.CfnSchema]:
    """Create the schemas of events.

    Args:
        scope: The publisher, in its own stack; each schema is a child of its child "Schemas", named after the event.
        registry: Where they go; it may be another stack's.
        events: What is published.

    Returns:
        The schemas by detail type and version ("OrderPlacedV1"), for those events that have one.

    Raises:
        ValueError: Two events would have one name there, or a schema is too large or no JSON.
    """
    created: dict[str, eventschemas.CfnSchema] = {}
    parent = Construct(scope, "Schemas")
    for event in events:
        schema = schema_of(event)
        if schema is not None:
            name = f"{pascal_case(event.detail_type)}V{event.version}"
            if name in created:
                raise ValueError(
                    f"publishes must have distinct detail types and versions, got {name!r} twice, the second from "
                    f"{event.source!r}"
                )
            created[name] = eventschemas.CfnSchema(
                parent,
                name,
                registry_name=registry.attr_registry_name,
                schema_name=schema.name,
                type=schema.type,
                content=schema.content,
                description=f"{event.detail_type} version {event.version} of {event.source}"[:256],
            )
    return created


def _detail_of(event: Event) -> Mapping[str, object] | None:
    if isinstance(event, EventDefinition):
        return event.schema
    model_json_schema: Callable[[], object] | None = getattr(event, "model_json_schema", None)
    if model_json_schema is None:
        return None
    schema = model_json_schema()
    if not isinstance(schema, Mapping):
        raise ValueError(f"model_json_schema of {name_of(event)} must give an object, got {type(schema).__name__}")
    require_json(f"model_json_schema of {name_of(event)}", schema)
    return schema


def _envelope(event: Event, detail: dict[str, object]) -> dict[str, object]:
    definitions = detail.pop("definitions", {})
    text = {"type": "string"}
    return {
        "$schema": DRAFT_4,
        "title": event.detail_type,
        "x-amazon-events-source": event.source,
        "x-amazon-events-detail-type": event.detail_type,
        "type": "object",
        "required": ["version", "id", "source", "detail-type", "account", "region", "time", "resources", "detail"],
        "properties": {
            "version": text,
            "id": text,
            "source": {"enum": [event.source]},
            "detail-type": {"enum": [event.detail_type]},
            "account": text,
            "region": text,
            "time": {"type": "string", "format": "date-time"},
            "resources": {"type": "array", "items": text},
            "detail": detail,
        },
        "definitions": definitions,
    }
