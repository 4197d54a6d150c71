"""What the API's description allows services to answer."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from api_description.access import Access
from api_description.openapi import openapi
from api_description.operation import Operation
from api_description.operations import operations_of

OPERATIONS = Path(__file__).parents[1] / "api_description" / "operations"
NO_BODY = (204, 304)


def validator(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Draft202012Validator:
    """What validates against a schema of an OpenAPI document."""
    return Draft202012Validator({**schema, "components": document["components"]})


def undescribed(route: str, access: str, *, status: int, headers: Mapping[str, str], text: str) -> Iterable[str]:
    """Say what of a service's answer its operation does not describe.

    Args:
        route: The route's key; what no service describes may answer as it likes.
        access: Who may call it, as the edge is told.
        status: Of the answer.
        headers: Of the answer.
        text: Its body.
    """
    if (operation := _operations().get(route)) is None:
        return
    document = _document(operation.key, access)
    responses = document["paths"][operation.url][operation.method.lower()]["responses"]
    if (response := responses.get(str(status))) is None:
        yield f"{route} does not describe {status}: {text[:300]}"
        return
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    sent = {name.lower() for name in headers}
    for name in response["headers"]:
        if document["components"]["headers"][name].get("required") and name.lower() not in sent:
            yield f"{route} answered {status} without {name}"
    if status in NO_BODY:
        if text:
            yield f"{route} answered {status} with a body: {text[:300]}"
        return
    media_type = headers["Content-Type"].partition(";")[0]
    if (content := response.get("content", {}).get(media_type)) is None:
        yield f"{route} does not describe {status} with {media_type}"
    elif media_type.endswith("json"):
        schema = _closed(content["schema"])
        components = {**document["components"], "schemas": _closed(document["components"]["schemas"])}
        for fault in validator(schema, {"components": components}).iter_errors(json.loads(text)):
            yield f"{route} answered {status} with {fault.json_path}: {fault.message[:300]}"


@cache
def _operations() -> Mapping[str, Operation]:
    services = sorted(file.stem for file in OPERATIONS.glob("[a-z]*.py"))
    return {operation.key: operation for service in services for operation in operations_of(service)}


@cache
def _document(key: str, access: str) -> Any:
    return openapi([_operations()[key]], {key: Access.parse(access)})


def _closed(node: Any) -> Any:
    """Schemas that allow no member that they do not name: clients must bear one, but a test must not miss it."""
    if isinstance(node, list):
        return [_closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    parts = {name: _closed(part) for name, part in node.items()}
    if node.get("type") == "object" and "properties" in node:
        parts.setdefault("additionalProperties", False)
    return parts
