"""A graph as an SVG, laid out by D2: without browser or network, and the same file for the same graph."""

import json
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

from docs.pictures.graph import Graph, Part
from docs.pictures.kinds import Category
from docs.pictures.resources import Key

_COLOURS = {
    Category.API: ("#F4ECFF", "#7C3AED"),
    Category.COMPUTE: ("#FFF3E2", "#C2620A"),
    Category.MESSAGING: ("#FDEAF2", "#B7236B"),
    Category.NETWORK: ("#EDF6E8", "#3D7A1F"),
    Category.OBSERVABILITY: ("#E6F6F4", "#0F766E"),
    Category.OTHER: ("#F2F3F5", "#57606A"),
    Category.STORE: ("#E8EFFF", "#2450B8"),
    Category.WORKFLOW: ("#FFECEE", "#B42335"),
}


def svg(graph: Graph, file: Path, *, group: Callable[[Part], str | None]) -> None:
    """Draw a graph into a file.

    Args:
        graph: What to draw.
        file: Where to.
        group: Title of the box that a part stands in; None for a part outside, which is only met and not made
            if the graph has a group for it.

    Raises:
        RuntimeError: D2 did not understand; the message is its own.
    """
    command: list[str | Path] = [
        Path(sysconfig.get_path("scripts")) / "d2",
        "--layout", "elk", "--elk-nodeNodeBetweenLayers", "48", "--elk-padding", "[top=44,left=28,bottom=28,right=28]",
        "--pad", "12", "--omit-version", "-", file,
    ]  # fmt: skip
    result = subprocess.run(  # noqa: S603  # no shell, our own arguments
        command, input="\n".join(_lines(graph, group)), capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise RuntimeError(f"d2 could not draw {file.name}: {result.stderr.strip()}")


def _lines(graph: Graph, group: Callable[[Part], str | None]) -> Iterator[str]:
    yield "direction: right"
    yield "classes: {"
    for category, (fill, stroke) in _COLOURS.items():
        yield (
            f'  {category.value}: {{style: {{fill: "{fill}"; stroke: "{stroke}"; font-color: "#1F2328"; '
            "stroke-width: 1; border-radius: 6; bold: false}}"
        )
        yield (
            f'  met-{category.value}: {{style: {{fill: "#FFFFFF"; stroke: "{stroke}"; font-color: "#57606A"; '
            "stroke-width: 1; stroke-dash: 4; border-radius: 6; bold: false}}"
        )
    yield '  box: {style: {fill: "#FBFBFC"; stroke: "#C9CED6"; stroke-width: 1; border-radius: 8; font-size: 18}}'
    yield '  way: {style: {stroke: "#3B4350"; stroke-width: 1; font-color: "#3B4350"; italic: false; font-size: 14}}'
    yield "}"
    paths: dict[Key, str] = {}
    boxes: dict[str, str] = {}
    for number, part in enumerate(graph.parts):
        title = group(part)
        path = f"p{number}"
        if title is not None:
            if title not in boxes:
                boxes[title] = f"b{len(boxes)}"
                paths["", title] = boxes[title]
                yield f"{boxes[title]}: {json.dumps(title)} {{class: box}}"
            path = f"{boxes[title]}.{path}"
        paths[part.key] = path
        prefix = "met-" if title is None and part.key in graph.groups else ""
        yield f"{path}: {_label(part)} {{class: {prefix}{part.kind.category.value}; shape: {_shape(part)}}}"
    for arrow in graph.arrows:
        dash = "; style.stroke-dash: 4" if arrow.dashed else ""
        label = json.dumps("\n".join(arrow.labels), ensure_ascii=False) if arrow.labels else '""'
        yield f"{paths[arrow.source]} -> {paths[arrow.target]}: {label} {{class: way{dash}}}"


def _label(part: Part) -> str:
    title = f"{part.count} × {part.kind.title}" if part.count > 1 else part.kind.title  # noqa: RUF001
    return json.dumps(f"{part.name}\n{title}" if part.name else title, ensure_ascii=False)


def _shape(part: Part) -> str:
    match part.kind.title, part.kind.category:
        case "SQS queue" | "Kinesis stream", _:
            return "queue"
        case _, Category.STORE:
            return "cylinder"
        case "HTTP API" | "EventBridge bus", _:
            return "hexagon"
        case _:
            return "rectangle"
