"""JSON Schemas of types, as components that a document's parts refer to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from api_description import docstrings

Schema: TypeAlias = dict[str, object]
REFERENCE = "#/components/schemas/"
_INPUT = "Input"


class _Schemas(GenerateJsonSchema):
    """pydantic's, with the words of docstrings and without titles that repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic asks so
        """Say no: the title would repeat the name."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Give the schema of a model."""
        found = super().model_schema(schema)
        found.pop("title", None)
        if said := docstrings.description(schema["cls"]):
            found["description"] = said
        else:
            found.pop("description", None)
        said_of = docstrings.attributes(schema["cls"])
        for name, member in found.get("properties", {}).items():
            if name in said_of:
                member.setdefault("description", said_of[name])
        return found


class _ClosedSchemas(_Schemas):
    """The same for what is sent, where a member that nobody knows is refused."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Give the schema of a model."""
        return {**super().model_schema(schema), "additionalProperties": False}


class SchemaSet:
    """The schemas of all types of a document.

    A model that is both sent and answered has two schemas, for a request with a member that nobody knows is refused,
    while a client must bear one that an answer got later: `SentMoney` and `Money`, or `EffectInput` and `Effect`.

    Args:
        sent: Types of what clients send.
        answered: Types of what they get.

    Attributes:
        components: Every schema that others refer to, by name.
    """

    def __init__(self, *, sent: Iterable[object], answered: Iterable[object]) -> None:
        self._sent, of_sent = _schemas(sent, _ClosedSchemas, "validation")
        self._answered, of_answered = _schemas(answered, _Schemas, "serialization")
        twice = {name for name, schema in of_sent.items() if of_answered.get(name, schema) != schema}
        inputs = {name: f"Sent{name}" for name in twice if not name.endswith(_INPUT)}
        outputs = {name: name.removesuffix(_INPUT) for name in twice if name.endswith(_INPUT)}
        renamed = [*inputs.values(), *outputs.values()]
        if taken := {name for name in renamed if name in of_sent or name in of_answered or renamed.count(name) > 1}:
            raise ValueError(f"two schemas would have one name: {', '.join(sorted(taken))}")
        self._sent = {key: _renamed(schema, inputs) for key, schema in self._sent.items()}
        self._answered = {key: _renamed(schema, outputs) for key, schema in self._answered.items()}
        components = {inputs.get(name, name): _renamed(schema, inputs) for name, schema in of_sent.items()}
        components |= {outputs.get(name, name): _renamed(schema, outputs) for name, schema in of_answered.items()}
        self.components: dict[str, Schema] = dict(sorted(components.items()))

    def sent(self, type: object) -> Schema:
        """Give the schema of something that is sent."""
        return self._sent[repr(type)]

    def answered(self, type: object) -> Schema:
        """Give the schema of something that is answered."""
        return self._answered[repr(type)]


def _schemas(
    types: Iterable[object], generator: type[GenerateJsonSchema], mode: JsonSchemaMode
) -> tuple[dict[str, Schema], dict[str, Schema]]:
    named = {repr(each): each for each in types}
    adapters = [(name, mode, TypeAdapter[object](each)) for name, each in named.items()]  # type: ignore[arg-type]  # any type
    found, definitions = TypeAdapter.json_schemas(
        adapters, ref_template=REFERENCE + "{model}", schema_generator=generator
    )
    return {name: found[name, mode] for name in named}, definitions.get("$defs", {})


def _renamed(schema: Schema, names: Mapping[str, str]) -> Schema:
    text = json.dumps(schema)
    for old, new in names.items():
        text = text.replace(f'"{REFERENCE}{old}"', f'"{REFERENCE}{new}"')
    renamed: Schema = json.loads(text)
    return renamed
