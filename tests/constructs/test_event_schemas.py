"""Contracts as schemas in the registry: draft 4, deterministic, in the publisher's own stack."""

import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_eventschemas as eventschemas
from aws_cdk.assertions import Match, Template
from jsonschema import Draft4Validator
from pydantic import BaseModel, Field

from mach_constructs import DynamoDbStore, Event, EventDefinition, EventMesh, LambdaCompute, Microservice
from mach_constructs.events.event_schema import add_schemas, schema_of
from mach_constructs.events.json_schema import draft_4


class Line(BaseModel):
    sku: str
    quantity: int = Field(gt=0, lt=1000)


class Metadata(BaseModel):
    version: int


class Order(BaseModel):
    lines: list[Line]
    size: tuple[int, str]
    status: str = Field(json_schema_extra={"const": "placed"})
    shipped_to: Line | None = Field(default=None, description="beside a reference")


class OrderPlaced(BaseModel):
    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "Order Placed"
    version: ClassVar[int] = 3

    metadata: Metadata
    data: Order


EVENT: dict[str, Any] = {
    "version": "0",
    "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "source": "shop.orders",
    "detail-type": "Order Placed",
    "account": "111122223333",
    "region": "eu-west-1",
    "time": "2026-11-25T08:00:00Z",
    "resources": [],
    "detail": {
        "metadata": {"version": 3},
        "data": {"lines": [{"sku": "mug", "quantity": 1}], "size": [1, "m"], "status": "placed", "shipped_to": None},
    },
}


def content_of(event: Event) -> dict[str, Any]:
    schema = schema_of(event)
    assert schema is not None
    content: dict[str, Any] = json.loads(schema.content)
    return content


def test_a_model_becomes_a_schema_of_the_whole_event() -> None:
    schema = schema_of(OrderPlaced)
    assert schema is not None
    assert (schema.name, schema.type) == ("shop.orders@Order-Placed-v3", "JSONSchemaDraft4")
    content = json.loads(schema.content)
    Draft4Validator.check_schema(content)
    assert content["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert Draft4Validator(content).is_valid(EVENT)


@pytest.mark.parametrize(
    "broken",
    [
        {"source": "shop.carts"},
        {"detail": {"metadata": {"version": 3}}},
        {"detail": {**EVENT["detail"], "data": {**EVENT["detail"]["data"], "status": "lost"}}},
        {"detail": {**EVENT["detail"], "data": {**EVENT["detail"]["data"], "size": ["m", 1]}}},
        {"detail": {**EVENT["detail"], "data": {**EVENT["detail"]["data"], "lines": [{"sku": "mug", "quantity": 0}]}}},
        {"detail": {**EVENT["detail"], "data": {**EVENT["detail"]["data"], "shipped_to": {"sku": 1}}}},
    ],
)
def test_the_schema_still_says_what_the_model_says(broken: dict[str, Any]) -> None:
    assert not Draft4Validator(content_of(OrderPlaced)).is_valid({**EVENT, **broken})


def test_the_same_contract_gives_the_same_text() -> None:
    assert schema_of(OrderPlaced) == schema_of(OrderPlaced)
    backwards = {"type": "object", "properties": {"b": {}, "a": {}}}
    forwards = {"properties": {"a": {}, "b": {}}, "type": "object"}
    first, second = (EventDefinition(source="s", detail_type="d", schema=schema) for schema in (backwards, forwards))
    assert schema_of(first) == schema_of(second)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"minimum": 0, "exclusiveMinimum": True}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"const": 1}, {"enum": [1]}),
        ({"$defs": {"A": {"const": 1}}}, {"definitions": {"A": {"enum": [1]}}}),
        ({"$ref": "#/$defs/A"}, {"$ref": "#/definitions/A"}),
        ({"$ref": "#/$defs/A", "title": "T"}, {"title": "T", "allOf": [{"$ref": "#/definitions/A"}]}),
        ({"prefixItems": [{"const": 1}], "items": False}, {"items": [{"enum": [1]}], "additionalItems": False}),
        ({"prefixItems": [{}], "items": {"const": 1}}, {"items": [{}], "additionalItems": {"enum": [1]}}),
        ({"items": {"const": 1}}, {"items": {"enum": [1]}}),
        ({"anyOf": [{"const": 1}, True, False]}, {"anyOf": [{"enum": [1]}, {}, {"not": {}}]}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"additionalProperties": {"const": 1}}, {"additionalProperties": {"enum": [1]}}),
        ({"if": {}, "then": {}, "propertyNames": {}, "examples": [1], "type": "object"}, {"type": "object"}),
        ({"properties": {"const": {"type": "string"}}}, {"properties": {"const": {"type": "string"}}}),
        ({"enum": [{"const": 1}]}, {"enum": [{"const": 1}]}),
    ],
)
def test_each_keyword_is_rewritten(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert draft_4(given) == expected


def test_an_openapi_document_is_taken_as_it_is() -> None:
    document = {"openapi": "3.0.0", "info": {"title": "OrderPlaced", "version": "1"}, "paths": {}}
    schema = schema_of(EventDefinition(source="shop.orders", detail_type="OrderPlaced", schema=document))
    assert schema is not None
    assert (schema.type, json.loads(schema.content)) == ("OpenApi3", document)


def test_a_schema_too_large_is_refused() -> None:
    schema = {"description": "x" * 100_000}
    with pytest.raises(
        ValueError, match="schema of OrderPlaced must have at most 100000 characters, EventBridge's limit"
    ):
        schema_of(EventDefinition(source="shop.orders", detail_type="OrderPlaced", schema=schema))


def test_a_contract_that_gives_no_object_is_refused() -> None:
    class Odd:
        source: ClassVar[str] = "shop.orders"
        detail_type: ClassVar[str] = "OrderPlaced"
        version: ClassVar[int] = 1

        @staticmethod
        def model_json_schema() -> list[str]:
            return []

    with pytest.raises(ValueError, match="model_json_schema of Odd must give an object, got list"):
        schema_of(Odd)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"maximum": math.inf}, "schema.maximum must be a finite number, got inf"),
        ({"properties": {"total": {"enum": [1, math.nan]}}}, "schema.properties.total.enum.1 must be a finite number"),
        ({"default": date(2026, 1, 1)}, "schema.default must be what JSON can say, got date"),
        ({"properties": {1: {}}}, "schema.properties must have texts as keys, got 1"),
    ],
)
def test_a_schema_that_is_no_json_is_refused_where_it_is_written(schema: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EventDefinition(source="shop.orders", detail_type="OrderPlaced", schema=schema)


def test_a_contract_whose_schema_is_no_json_is_refused() -> None:
    class Endless:
        source: ClassVar[str] = "shop.orders"
        detail_type: ClassVar[str] = "Endless"
        version: ClassVar[int] = 1

        @staticmethod
        def model_json_schema() -> dict[str, object]:
            return {"maximum": math.inf}

    with pytest.raises(ValueError, match=r"model_json_schema of Endless\.maximum must be a finite number, got inf"):
        schema_of(Endless)


def test_two_events_of_one_name_are_refused(stack: Stack) -> None:
    events = [
        EventDefinition(source=source, detail_type=detail_type, schema={})
        for source, detail_type in (("shop.orders", "OrderPlaced"), ("shop.tills", "Order Placed"))
    ]
    registry = eventschemas.CfnRegistry(stack, "Registry")
    with pytest.raises(
        ValueError, match="must have distinct detail types and versions, got 'OrderPlacedV1' twice, the"
    ):
        add_schemas(stack, registry, events)


@pytest.fixture
def publish(app: App, stack: Stack, orders: LambdaCompute) -> Callable[..., Template]:
    def publish(mesh: EventMesh, *events: Event) -> Template:
        store = DynamoDbStore(partition_key="pk")
        Microservice(stack, "Orders", compute=orders, store=store, mesh=mesh, publishes=events)
        app.synth()  # raises on a cycle between the stacks
        return Template.from_stack(stack)

    return publish


def test_schemas_are_in_the_publishers_stack_and_the_registry_in_the_meshs(
    publish: Callable[..., Template], mesh: EventMesh, platform: Stack
) -> None:
    template = publish(mesh, OrderPlaced)
    template.resource_count_is("AWS::EventSchemas::Schema", 1)
    template.has_resource_properties(
        "AWS::EventSchemas::Schema",
        {
            "SchemaName": "shop.orders@Order-Placed-v3",
            "Type": "JSONSchemaDraft4",
            "RegistryName": Match.any_value(),
            "Description": "Order Placed version 3 of shop.orders",
        },
    )
    template.resource_count_is("AWS::EventSchemas::Registry", 0)
    Template.from_stack(platform).resource_count_is("AWS::EventSchemas::Registry", 1)
    Template.from_stack(platform).resource_count_is("AWS::EventSchemas::Schema", 0)


def test_without_a_registry_or_a_schema_there_is_none(
    publish: Callable[..., Template], platform: Stack, order_placed: Event
) -> None:
    mesh = EventMesh(platform, "Bare", schema_registry=False)
    publish(mesh, OrderPlaced, order_placed).resource_count_is("AWS::EventSchemas::Schema", 0)
    Template.from_stack(platform).resource_count_is("AWS::EventSchemas::Registry", 0)
