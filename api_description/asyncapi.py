"""The AsyncAPI document of all events."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from api_description.openapi import Document
from api_description.schemas import Schema, SchemaSet
from contracts.envelope import DomainEvent
from contracts.model import Contract

EventContract: TypeAlias = type[DomainEvent[Contract]]

_DESCRIPTION = """\
What services tell each other, by one EventBridge bus. Events are delivered at least once and in any order; consumers
know by `detail.metadata.event_id` what they have taken already. `detail.metadata.correlation_id` is that of the request
which caused an event. A field may be added without a new version; consumers must bear those that they do not know.
"""


def asyncapi(
    publishers: Mapping[str, Sequence[EventContract]], consumers: Mapping[str, Sequence[EventContract]]
) -> Document:
    """Give the document of events.

    Args:
        publishers: What each service publishes, by its name.
        consumers: What each service listens for.

    Returns:
        AsyncAPI 3.0, the same for the same services.
    """
    contracts = _distinct([*publishers.values(), *consumers.values()])
    schemas = SchemaSet(sent=(), answered=contracts)
    operations = {
        f"{service}.{verb}.{name_of(contract)}": _operation(service, contract, action=action, verb=verb)
        for said, action, verb in ((publishers, "send", "publishes"), (consumers, "receive", "consumes"))
        for service, heard in said.items()
        for contract in heard
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Storefront events",
            "version": "1",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            "tags": [{"$ref": f"#/components/tags/{service}"} for service in _names(operations)],
        },
        "defaultContentType": "application/json",
        "channels": {name_of(contract): _channel(contract) for contract in contracts},
        "operations": dict(sorted(operations.items())),
        "components": {
            "tags": {service: _tag(service) for service in _names(operations)},
            "messages": {name_of(contract): _message(contract, schemas) for contract in contracts},
            "schemas": {name: _without_siblings(schema) for name, schema in schemas.components.items()},
        },
    }


def _without_siblings(schema: object) -> object:
    """Give a schema in which nothing stands beside a `$ref`, for AsyncAPI's references take no siblings."""
    if isinstance(schema, list):
        return [_without_siblings(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: _without_siblings(part) for name, part in schema.items()}
    if "$ref" in parts and len(parts) > 1:
        parts["allOf"] = [{"$ref": parts.pop("$ref")}]
    return parts


def name_of(contract: EventContract) -> str:
    """Give an event's name in the document, such as "ProductPublishedV1"."""
    return f"{contract.detail_type}V{contract.version}"


def _distinct(heard: Iterable[Sequence[EventContract]]) -> list[EventContract]:
    return sorted({contract for contracts in heard for contract in contracts}, key=name_of)


def _names(operations: Iterable[str]) -> list[str]:
    return sorted({operation.partition(".")[0] for operation in operations})


def _tag(service: str) -> Document:
    return {"name": service, "description": f"The {service.replace('_', ' ')} service."}


def _channel(contract: EventContract) -> Document:
    name = name_of(contract)
    return {
        "address": f"{contract.source}/{contract.detail_type}",
        "title": contract.detail_type,
        "description": f"Events on the bus whose `source` is `{contract.source}` and whose `detail-type` is "
        f"`{contract.detail_type}`.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def _operation(service: str, contract: EventContract, *, action: str, verb: str) -> Document:
    name = name_of(contract)
    return {
        "action": action,
        "summary": f"The {service} service {verb} {contract.detail_type}.",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "tags": [{"$ref": f"#/components/tags/{service}"}],
    }


def _message(contract: EventContract, schemas: SchemaSet) -> Document:
    return {
        "name": contract.detail_type,
        "title": contract.detail_type,
        "summary": inspect.cleandoc(contract.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "correlationId": {
            "description": "Of the request that caused the event.",
            "location": "$message.payload#/detail/metadata/correlation_id",
        },
        "payload": _envelope(contract, schemas.answered(contract)),
    }


def _envelope(contract: EventContract, detail: Schema) -> Schema:
    version = {"properties": {"metadata": {"properties": {"version": {"const": contract.version}}}}}
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "As EventBridge delivers it.",
        "required": ["version", "id", "source", "detail-type", "account", "region", "time", "resources", "detail"],
        "properties": {
            "version": {"const": "0", "description": "Of EventBridge's envelope."},
            "id": {**text, "description": "Of this delivery: a replay has another."},
            "source": {"const": contract.source},
            "detail-type": {"const": contract.detail_type},
            "account": text,
            "region": text,
            "time": {**text, "format": "date-time"},
            "resources": {"type": "array", "items": text},
            "detail": {"allOf": [detail, version]},
        },
    }
