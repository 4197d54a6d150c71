"""The writes that a transaction is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Item: TypeAlias = Mapping[str, object]
"""An item as the table holds it: strings, integers, floats, booleans, None, lists and mappings."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What must be true of the item for a write to happen.

    Attributes:
        expression: a DynamoDB condition expression, e.g. ``"#version = :version"``.
        names: its placeholders for attribute names, e.g. ``{"#version": "version"}``.
        values: its placeholders for values, e.g. ``{":version": 3}``.
    """

    expression: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)


ABSENT = Condition(expression="attribute_not_exists(pk)")
"""The item must not exist yet."""


def version_is(version: int) -> Condition:
    """Give the condition that the item's attribute ``version`` is still the one that was read."""
    return Condition(expression="#version = :version", names={"#version": "version"}, values={":version": version})


@dataclass(frozen=True, kw_only=True)
class Put:
    """Write a whole item, replacing what is there when the condition holds."""

    item: Item
    condition: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """Change attributes of an item, creating it when it is absent and the condition holds.

    Attributes:
        pk: partition key.
        sk: sort key.
        expression: a DynamoDB update expression, e.g. ``"SET #n = :n"``.
        names: its placeholders for attribute names.
        values: its placeholders for values.
        condition: what must be true of the item; its placeholders are merged with the expression's.
    """

    pk: str
    sk: str
    expression: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)
    condition: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Delete:
    """Remove an item when the condition holds."""

    pk: str
    sk: str
    condition: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """Change nothing, but let the transaction fail unless the condition holds."""

    pk: str
    sk: str
    condition: Condition


Operation: TypeAlias = Put | Update | Delete | Check
