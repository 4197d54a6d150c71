"""The page of the storefront's stacks: a picture each, of what it consists of and what that meets of other stacks."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from docs.pictures import d2
from docs.pictures.graph import Graph, Part, graph_of
from docs.pictures.resources import Template

PAGE = "stacks.md"
_FOLDER = "stacks"
_BEGINNING = """# The stacks

What each stack of the storefront creates and what uses what, drawn from the synthesized templates. Boxes with a dashed
border belong to other stacks. Dead letters, alarms and log groups are left out.
"""


def write_stacks(templates: Mapping[str, Template], folder: Path) -> None:
    """Write the page and its pictures; a stack without a way of requests, data or events has none.

    Args:
        templates: Each stack's template by the stack's name.
        folder: Where the site's sources are.

    Raises:
        RuntimeError: A picture cannot be drawn.
    """
    (folder / _FOLDER).mkdir(parents=True)
    sections = [_BEGINNING]
    for stack in templates:
        graph = _graph(templates, stack)
        if graph.parts:
            picture, title = f"{_FOLDER}/{stack}.svg", _title(stack)
            d2.svg(graph, folder / picture, group=_only(stack))
            sections.append(f"## {title}\n\n[![{title}]({picture}){{ .picture }}]({picture})\n")
    (folder / PAGE).write_text("\n".join(sections))


def _graph(templates: Mapping[str, Template], stack: str) -> Graph:
    return graph_of(templates, overview=True, made=lambda key: key[0] == stack)


def _only(stack: str) -> Callable[[Part], str | None]:
    return lambda part: stack if part.key[0] == stack else None


def _title(stack: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stack).capitalize()
