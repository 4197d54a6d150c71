"""JSON Schema of today, rewritten in the draft 4 that EventBridge's schema registry takes."""

from __future__ import annotations

from collections.abc import Mapping

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
# Keywords that draft 4 does not know, and that are lost: a schema without them accepts more, never less.
_LOST = frozenset(
    (
        "$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$schema", "$vocabulary", "const", "contains",
        "contentEncoding", "contentMediaType", "contentSchema", "dependentRequired", "dependentSchemas", "deprecated",
        "discriminator", "else", "examples", "if", "maxContains", "minContains", "propertyNames", "readOnly", "then",
        "unevaluatedItems", "unevaluatedProperties", "writeOnly",
    )
)  # fmt: skip
_OF_SCHEMAS_BY_NAME = {
    "properties": "properties",
    "patternProperties": "patternProperties",
    "$defs": "definitions",
    "definitions": "definitions",
}
_OF_A_SCHEMA = ("not", "items")
_OF_SCHEMAS = ("allOf", "anyOf", "oneOf")
_BOOLEAN_TOO = ("additionalProperties", "additionalItems")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def draft_4(schema: object) -> dict[str, object]:
    """Rewrite a schema, of any draft since 4, as draft 4 says the same.

    Args:
        schema: A schema, or True or False.

    Returns:
        A schema in draft 4, without `$schema`. What draft 4 cannot say, such as `if` and `propertyNames`, is left out.
    """
    if not isinstance(schema, Mapping):
        return {"not": {}} if schema is False else {}
    rewritten: dict[str, object] = {}
    for keyword, value in schema.items():
        rewritten |= _keyword(str(keyword), value, schema)
    if "$ref" in rewritten and len(rewritten) > 1:  # beside a $ref draft 4 reads nothing
        reference = {"$ref": rewritten.pop("$ref")}
        others = rewritten.get("allOf")
        rewritten["allOf"] = [*(others if isinstance(others, list) else []), reference]
    return rewritten


def _keyword(keyword: str, value: object, schema: Mapping[object, object]) -> dict[str, object]:
    if keyword == "const":
        return {} if "enum" in schema else {"enum": [value]}
    if keyword in _LOST:
        return {}
    if keyword in _OF_SCHEMAS_BY_NAME and isinstance(value, Mapping):
        return {_OF_SCHEMAS_BY_NAME[keyword]: {str(name): draft_4(inner) for name, inner in value.items()}}
    if keyword in _EXCLUSIVE and not isinstance(value, bool):
        return {_EXCLUSIVE[keyword]: value, keyword: True}
    if keyword == "prefixItems" and isinstance(value, list | tuple):
        return {"items": [draft_4(inner) for inner in value], **_rest_of_items(schema)}
    if keyword == "items" and "prefixItems" in schema:
        return {}
    if isinstance(value, list | tuple) and (keyword in _OF_SCHEMAS or keyword == "items"):
        return {keyword: [draft_4(inner) for inner in value]}
    if keyword in _OF_A_SCHEMA or (keyword in _BOOLEAN_TOO and not isinstance(value, bool)):
        return {keyword: draft_4(value)}
    if keyword == "$ref":
        return {"$ref": str(value).replace("#/$defs/", "#/definitions/")}
    return {keyword: value}


def _rest_of_items(schema: Mapping[object, object]) -> dict[str, object]:
    if "items" not in schema:
        return {}
    rest = schema["items"]
    return {"additionalItems": rest if isinstance(rest, bool) else draft_4(rest)}
