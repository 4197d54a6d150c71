"""A graph as a Mermaid flowchart, which GitHub draws."""

import re
from collections.abc import Iterator

from docs.pictures.graph import Graph, Part
from docs.pictures.kinds import Category
from docs.pictures.resources import Key


def mermaid(graph: Graph) -> str:
    """The graph as a fenced block of Markdown, with a box a group.

    Args:
        graph: What to draw.
    """
    return "\n".join(["```mermaid", "flowchart LR", *_lines(graph), "```"])


def _lines(graph: Graph) -> Iterator[str]:
    yield from (f"  {_id(part.key)}{_shape(part)}" for part in graph.parts if part.key not in graph.groups)
    for group in dict.fromkeys(graph.groups.values()):
        yield f'  subgraph {_id(("", group))}["{group}"]'
        yield from (f"    {_id(part.key)}{_shape(part)}" for part in graph.parts if graph.groups.get(part.key) == group)
        yield "  end"
    for arrow in graph.arrows:
        words = "<br/>".join(arrow.labels)
        line = "-.->" if arrow.dashed else "-->"
        if words:
            line = f"-. {words} .->" if arrow.dashed else f'-- "{words}" -->'
        yield f"  {_id(arrow.source)} {line} {_id(arrow.target)}"


def _shape(part: Part) -> str:
    label = f'"{"<br/>".join(filter(None, (part.name, part.kind.title)))}"'
    match part.kind.title, part.kind.category:
        case "SQS queue", _:
            return f"[/{label}/]"
        case _, Category.STORE:
            return f"[({label})]"
        case _, Category.API | Category.MESSAGING:
            return f"{{{{{label}}}}}"
        case _:
            return f"[{label}]"


def _id(key: Key) -> str:
    # A space or a comma ends an identifier.
    return re.sub(r"\W+", "_", "_".join(filter(None, key)))
