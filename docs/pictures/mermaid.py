"""A graph as a Mermaid flowchart, which GitHub draws."""

from collections.abc import Iterator

from docs.pictures.graph import Graph, Part
from docs.pictures.kinds import Category
from docs.pictures.resources import Key


def mermaid(graph: Graph, *, callers: str | None = None) -> str:
    """The graph as a fenced block of Markdown.

    Args:
        graph: What to draw.
        callers: Who calls the APIs, if that shall be shown.
    """
    return "\n".join(["```mermaid", "flowchart LR", *_lines(graph, callers), "```"])


def _lines(graph: Graph, callers: str | None) -> Iterator[str]:
    if callers:
        yield f"  {callers}([{callers}])"
    for stack in dict.fromkeys(part.key[0] for part in graph.parts):
        yield f"  subgraph {stack}"
        yield from (f"    {_id(part.key)}{_shape(part)}" for part in graph.parts if part.key[0] == stack)
        yield "  end"
    if callers:
        yield from (f"  {callers} --> {_id(part.key)}" for part in graph.parts if part.kind.category is Category.API)
    for arrow in graph.arrows:
        words = "<br/>".join(arrow.labels)
        line = "-.->" if arrow.dashed else "-->"
        if words:
            line = f"-. {words} .->" if arrow.dashed else f'-- "{words}" -->'
        yield f"  {_id(arrow.source)} {line} {_id(arrow.target)}"


def _shape(part: Part) -> str:
    label = f'"{part.name or part.kind.title}"'
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
    return "_".join(key)
