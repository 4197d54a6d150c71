"""The documents of what is composed: complete, valid, the same at every synthesis."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from stacks.services import services
from tests.described_api import validator
from tests.storefront_app import STOREFRONT, template_of

METHODS = ("get", "put", "post", "delete", "patch", "head")


@cache
def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(STOREFRONT.document(name))
    return found


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document("openapi.json")["paths"].items():
        for method in item.keys() & set(METHODS):
            yield f"{method.upper()} {path}", item[method]


def routes() -> set[str]:
    return {
        resource["Properties"]["RouteKey"]
        for service in services()
        for resource in template_of(service.id)["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route" and resource["Properties"]["RouteKey"] != "$default"
    }


def test_every_route_is_described_and_nothing_else() -> None:
    assert {key for key, _ in operations()} == routes()


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, operation in operations()]

    assert len(set(names)) == len(names)


def test_schemas_have_names_that_two_services_do_not_fight_about() -> None:
    assert [name for name in document("openapi.json")["components"]["schemas"] if not name.isalnum()] == []


@pytest.mark.parametrize(
    ("key", "security"),
    [
        ("GET /v1/search", []),
        ("GET /v1/products", [{}, {"customer": []}, {"merchant": ["catalog/write"]}]),
        ("PUT /v1/products/{id}", [{"merchant": ["catalog/write"]}]),
        ("PUT /v1/reservations/{id}", [{"service": []}]),
    ],
)
def test_who_may_call_is_what_the_route_says(key: str, security: list[object]) -> None:
    assert dict(operations())[key]["security"] == security


def test_what_services_ask_of_each_other_is_marked() -> None:
    internal = {key for key, operation in operations() if "Internal" in operation["tags"]}

    assert internal == {key for key, operation in operations() if operation["security"] == [{"service": []}]}
    assert all(dict(operations())[key]["x-internal"] for key in internal)


def test_every_body_and_answer_has_an_example_that_its_schema_allows() -> None:
    openapi = document("openapi.json")
    checked = 0
    for where, media_type in media_types(openapi):
        examples = [each["value"] for each in media_type.get("examples", {}).values()]
        examples += [media_type["example"]] if "example" in media_type else []
        assert examples, where
        of_schema = validator(media_type["schema"], openapi)
        for example in examples:
            faults = [f"{fault.json_path}: {fault.message}" for fault in of_schema.iter_errors(example)]
            assert not faults, (where, faults)
            checked += 1
    assert checked > len(list(operations()))


def test_every_parameter_has_an_example_that_its_schema_allows() -> None:
    openapi = document("openapi.json")
    shared = openapi["components"]["parameters"]
    for key, operation in operations():
        for parameter in operation["parameters"]:
            described = shared[parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter
            of_schema = validator(described["schema"], openapi)
            (example,) = described["schema"]["examples"]
            assert of_schema.is_valid(example), (key, described["name"])


def media_types(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "content" and isinstance(value, dict):
                yield from ((f"{where}/content/{media_type}", found) for media_type, found in value.items())
            else:
                yield from media_types(value, f"{where}/{name}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from media_types(value, f"{where}/{number}")


def test_everything_that_is_sent_has_limits() -> None:
    """What has no largest size of its own would be limited by the body's alone."""
    openapi = document("openapi.json")
    unlimited = [
        where
        for key, operation in operations()
        for sent in (*operation["parameters"], *operation.get("requestBody", {}).get("content", {}).values())
        for where in unlimited_parts(sent.get("schema", {}), openapi["components"]["schemas"], key)
    ]

    assert unlimited == []


LIMITS = {
    "string": {"maxLength", "pattern", "enum", "const", "format"},
    "array": {"maxItems"},
    "integer": {"maximum", "enum", "const"},
    "number": {"maximum", "enum", "const"},
    "object": {"maxProperties", "properties"},
}


def unlimited_parts(schema: Any, schemas: dict[str, Any], where: str) -> Iterator[str]:
    if schema.get("readOnly"):
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from unlimited_parts(schemas[name], schemas, name)
    if schema.get("type") in LIMITS and not LIMITS[schema["type"]] & schema.keys():
        yield where
    if "properties" in schema and schema.get("additionalProperties") is not False:
        yield f"{where}, which takes anything"
    for name, member in schema.get("properties", {}).items():
        yield from unlimited_parts(member, schemas, f"{where}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from unlimited_parts(schema[keyword], schemas, f"{where}/{keyword}")
    for keyword in ("anyOf", "oneOf", "allOf"):
        for number, choice in enumerate(schema.get(keyword, ())):
            yield from unlimited_parts(choice, schemas, f"{where}/{keyword}/{number}")


def test_events_are_described_for_all_who_publish_and_hear_them() -> None:
    asyncapi = document("asyncapi.json")
    sending = {name for name, operation in asyncapi["operations"].items() if operation["action"] == "send"}
    receiving = {name for name, operation in asyncapi["operations"].items() if operation["action"] == "receive"}

    assert "catalog.publishes.ProductPublishedV1" in sending
    assert {"search.consumes.ProductPublishedV1", "inventory.consumes.ProductPublishedV1"} <= receiving
    registered = {
        resource["Properties"]["SchemaName"].partition("@")[2]
        for service in services()
        for resource in template_of(service.id)["Resources"].values()
        if resource["Type"] == "AWS::EventSchemas::Schema"
    }
    assert {re.sub("V([0-9]+)$", r"-v\1", name.rpartition(".")[2]) for name in sending} == registered
