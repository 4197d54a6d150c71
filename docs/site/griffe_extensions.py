"""What the site shows otherwise than the sources have it: examples as Python, and attributes without code."""

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^(?P<indent> *)Examples?:\n(?P<code>(?:(?P=indent) +.*\n?|\s*\n)+)", re.MULTILINE)


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


def _fenced(found: re.Match[str]) -> str:
    if "```" in found["code"]:
        return found[0]
    indent = found["indent"] + "    "
    return f"{found['indent']}Example:\n{indent}```python\n{found['code'].rstrip()}\n{indent}```\n\n"
