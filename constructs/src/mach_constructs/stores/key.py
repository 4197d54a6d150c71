"""Attributes that are keys of a table or of an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from aws_cdk import aws_dynamodb as dynamodb

from mach_constructs.tokens import is_unresolved

_LONGEST_NAME = 255


class KeyType(Enum):
    """What values a key attribute has."""

    STRING = dynamodb.AttributeType.STRING
    """Text, ordered by its UTF-8 bytes."""

    NUMBER = dynamodb.AttributeType.NUMBER
    """Numbers, ordered by value."""

    BINARY = dynamodb.AttributeType.BINARY
    """Bytes, ordered as unsigned."""


@dataclass(frozen=True)
class Key:
    """A key attribute that is no text; for a text its name alone suffices.

    Example:
        ```python
        DynamoDbStore(partition_key="pk", sort_key=Key("occurred_at", KeyType.NUMBER))
        ```

    Attributes:
        name: The attribute's name, 1 to 255 bytes of UTF-8.
        type: What its values are.

    Raises:
        ValueError: The name is empty or too long.
    """

    name: str
    type: KeyType = KeyType.STRING

    def __post_init__(self) -> None:
        require_attribute("name of a key", self.name)

    @property
    def attribute(self) -> dynamodb.Attribute:
        """The attribute as CDK names it."""
        return dynamodb.Attribute(name=self.name, type=self.type.value)


def key_of(argument: str, key: str | Key) -> Key:
    """Give a key as a `Key`.

    Args:
        argument: Which key, for the message.
        key: A key, or the name of one whose values are texts.

    Returns:
        The key.

    Raises:
        ValueError: The name is empty or too long.
    """
    if isinstance(key, Key):
        return key
    require_attribute(argument, key)
    return Key(key)


def keys_of(argument: str, keys: str | Key | Sequence[str | Key] | None) -> tuple[Key, ...]:
    """Give one or several keys as a tuple.

    Args:
        argument: Which keys, for the message.
        keys: Nothing, one key or several.

    Returns:
        The keys, in order.

    Raises:
        ValueError: A name is empty or too long.
    """
    if keys is None:
        return ()
    if isinstance(keys, str | Key):
        return (key_of(argument, keys),)
    return tuple(key_of(argument, key) for key in keys)


def require_attribute(argument: str, name: str) -> None:
    """Check the name of an attribute that a table's definition mentions.

    Args:
        argument: What it is for, for the message.
        name: The attribute's name.

    Raises:
        ValueError: It is empty, blank or over 255 bytes of UTF-8
            (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
    """
    if is_unresolved(name):
        return
    if not name.strip():
        raise ValueError(f"{argument} must not be empty, got {name!r}")
    length = len(name.encode())
    if length > _LONGEST_NAME:
        raise ValueError(f"{argument} must be at most {_LONGEST_NAME} bytes of UTF-8, got {length}: {name!r}")
