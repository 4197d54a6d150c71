"""The OpenAPI document of all operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from api_description.access import SCHEMES, Access
from api_description.operation import JSON, Body, Operation, Parameter, Tag
from api_description.parameters import (
    CORRELATION_ID,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH_OF_A_READ,
    IF_NONE_MATCH_OF_A_WRITE,
    NAMED,
    NEEDED_IDEMPOTENCY_KEY,
)
from api_description.problem_model import GatewayRefusal, Problem
from api_description.responses import HEADERS, common_responses, responses
from api_description.schemas import Schema, SchemaSet

Document: TypeAlias = dict[str, object]

INTERNAL = Tag(
    "Internal",
    "What services ask of each other. Requests are signed by a role that may invoke the route.",
)
_DESCRIPTION = """\
A headless shop. JSON in UTF-8, names in snake_case, times in RFC 3339. Money is an integer of minor units.

**Lists** are `{"items": [...], "next": "…" | null}`: send `next` back as `cursor`, with the other parameters unchanged.

**Errors** are `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)); programs go by `type`,
and by `errors[].pointer` and `errors[].code` of an input that is not allowed.

**Nobody's change is lost** that sends the `ETag` it read as `If-Match`. **Sending again is safe**: a `PUT` of what is
there changes nothing, and a `POST` with an `Idempotency-Key` happens once.

An answer may get new members: a client must bear those that it does not know. A request must have none.
"""


def openapi(operations: Sequence[Operation], access: Mapping[str, Access]) -> Document:
    """Give the document of operations.

    Args:
        operations: What services say of them.
        access: Who may call them, by their keys.

    Returns:
        OpenAPI 3.1, the same for the same operations. Its server is relative to where it is read: `..`.

    Raises:
        KeyError: Nobody says who may call an operation.
    """
    schemas = SchemaSet(sent=_sent(operations), answered=_answered(operations))
    paths: dict[str, dict[str, object]] = {}
    for operation in operations:
        described = _operation(operation, access[operation.key], schemas)
        paths.setdefault(operation.url, {})[operation.method.lower()] = described
    used = {name for operation in operations for way in _security(operation, access[operation.key]) for name in way}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Storefront API",
            "version": "1",
            "summary": "Products, stock, prices, carts, checkouts and orders of a headless shop.",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "..", "description": "Where this document is served."}],
        "tags": [{"name": tag.name, "description": tag.description} for tag in _tags(operations)],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas.components,
            "parameters": {name: _parameter(known, schemas) for name, known in NAMED.items()},
            "responses": common_responses(operations, access),
            "headers": HEADERS,
            "securitySchemes": {name: scheme for name, scheme in SCHEMES.items() if name in used},
        },
    }


def _tags(operations: Iterable[Operation]) -> Sequence[Tag]:
    said = {operation.tag: None for operation in operations}
    return [*sorted(said, key=lambda tag: tag.name), INTERNAL]


def _operation(operation: Operation, access: Access, schemas: SchemaSet) -> Document:
    internal = access.way == "iam"
    described: Document = {
        "operationId": operation.id,
        "tags": [operation.tag.name, *([INTERNAL.name] if internal else [])],
        "summary": operation.summary,
    }
    if operation.description:
        described["description"] = operation.description
    if internal:
        described["x-internal"] = True
    described["security"] = _security(operation, access)
    described["parameters"] = [
        *({**_parameter(each, schemas), "in": "path", "required": True} for each in operation.path_parameters),
        *(_reference_or(each, schemas) for each in operation.query),
        *({**_parameter(each, schemas), "in": "header"} for each in operation.headers),
        *(_reference_or(each, schemas) for each in _headers(operation)),
    ]
    if operation.body:
        described["requestBody"] = _body(operation.body, schemas)
    described["responses"] = responses(operation, access, schemas)
    return described


def _security(operation: Operation, access: Access) -> list[dict[str, list[str]]]:
    return access.requirements(signed_by=operation.signed_by)


def _headers(operation: Operation) -> Sequence[Parameter]:
    found = []
    if operation.safe == "cached":
        found.append(IF_NONE_MATCH_OF_A_READ)
    if operation.safe == "conditional":
        found += [IF_MATCH, IF_NONE_MATCH_OF_A_WRITE]
    if operation.idempotency_key:
        found.append(IDEMPOTENCY_KEY if operation.idempotency_key == "optional" else NEEDED_IDEMPOTENCY_KEY)
    return [*found, CORRELATION_ID]


def _reference_or(parameter: Parameter, schemas: SchemaSet) -> Document:
    name = next((name for name, known in NAMED.items() if known is parameter), None)
    return _parameter(parameter, schemas) if name is None else {"$ref": f"#/components/parameters/{name}"}


def _parameter(parameter: Parameter, schemas: SchemaSet) -> Document:
    # An `example` beside the schema would be filled in by pages that try calls, of optional parameters too.
    schema = {**schemas.sent(parameter.type), "examples": [parameter.example]}
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "header" if "-" in parameter.name else "query",
        "description": parameter.description,
        "required": parameter.required,
        "schema": schema,
    }


def _body(body: Body, schemas: SchemaSet) -> Document:
    limit = f"At most {body.maximum_bytes:,} bytes."
    content: dict[str, object] = {JSON: {"schema": schemas.sent(body.type), "example": body.example}}
    text: Schema = {"type": "string", "maxLength": body.maximum_bytes}
    content |= {media_type: {"schema": text, "example": example} for media_type, example in body.others.items()}
    return {
        "description": f"{body.description} {limit}".strip(),
        "required": body.required,
        "content": content,
    }


def _sent(operations: Iterable[Operation]) -> Iterable[object]:
    yield from (parameter.type for parameter in NAMED.values())
    for operation in operations:
        yield from (each.type for each in (*operation.path_parameters, *operation.query, *operation.headers))
        if operation.body:
            yield operation.body.type


def _answered(operations: Iterable[Operation]) -> Iterable[object]:
    yield from (Problem, GatewayRefusal)
    for operation in operations:
        yield from (answer.type for answer in operation.answers if answer.type is not None)
