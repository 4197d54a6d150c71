"""What the site shows otherwise than the sources: examples as Python, attributes without code, fields with defaults."""

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^(?P<indent> *)Examples?:\n(?P<code>(?:(?P=indent) +.*\n?|\s*\n)+)", re.MULTILINE)
_ATTRIBUTES = re.compile(r"^Attributes:$", re.MULTILINE)


class ExamplesAsCode(griffe.Extension):
    """Puts the code of an example between fences unless it is already."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of what was just read."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(_fenced, obj.docstring.value)


class AttributesWithoutCode(griffe.Extension):
    """Leaves out what `__init__` gives an attribute: which lines make a part tells its reader nothing."""

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Forget the value of what was just read, unless the class itself gives it."""
        if attr.labels == {"instance-attribute"}:
            attr.value = None


class FieldsAsParameters(griffe.Extension):
    """Shows the attributes of a dataclass as what it is made with, so that their defaults are seen."""

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Rename a section of the docstring of what was just read."""
        made_by_fields = any(decorator.callable_path == "dataclasses.dataclass" for decorator in cls.decorators)
        if cls.docstring and made_by_fields:
            cls.docstring.value = _ATTRIBUTES.sub("Args:", cls.docstring.value)


def _fenced(found: re.Match[str]) -> str:
    if "```" in found["code"]:
        return found[0]
    indent = found["indent"] + "    "
    return f"{found['indent']}Example:\n{indent}```python\n{found['code'].rstrip()}\n{indent}```\n\n"
