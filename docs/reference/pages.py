"""A page a public name: what its example creates, then what its docstring says."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from docs.pictures import d2
from docs.pictures.graph import Graph, graph_of
from docs.pictures.resources import Key, Template
from docs.reference.names import PublicName, public_names
from docs.reference.scene import GIVEN, perform

_STACK = "Example"
_TITLES = {"api": "API"}


def write_reference(folder: Path) -> Mapping[str, Sequence[str]]:
    """Write the reference: an index, a page a name, a picture a construct.

    Args:
        folder: Where to; it is made.

    Returns:
        The names of the pages by the title of their group, groups and names in order of the alphabet.

    Raises:
        ValueError: Constructs lack an example, or examples cannot be run or create nothing; a line each.
    """
    (folder / "pictures").mkdir(parents=True)
    names = sorted(public_names(), key=lambda name: (name.group, not name.is_construct, name.name))
    groups = {group: list(members) for group, members in groupby(names, key=lambda name: name.group)}
    mistakes: list[str] = []
    for name in names:
        try:
            page = "\n".join(_page(name, folder / "pictures"))
        except ValueError as error:
            mistakes.append(str(error))
        else:
            (folder / f"{name.name}.md").write_text(page)
    if mistakes:
        raise ValueError("\n".join(mistakes))
    (folder / "index.md").write_text("\n".join(_index(groups)))
    return {title_of(group): [name.name for name in members] for group, members in groups.items()}


def title_of(group: str) -> str:
    """What a group is called."""
    return _TITLES.get(group, group.capitalize())


@dataclass(frozen=True, kw_only=True)
class PerformedExample:
    """What an example synthesizes to.

    Attributes:
        template: The template, with what the example was given.
        graph: What it created and what that touches; empty for a value that creates nothing.
    """

    template: Template
    graph: Graph


def performed_example(name: PublicName) -> PerformedExample | None:
    """Run a name's example.

    Args:
        name: The name.

    Returns:
        What came of it; None for a name that is no construct and has no example.

    Raises:
        ValueError: A construct has no example, or one that creates nothing, or an example cannot be run.
    """
    if name.example is None:
        if name.is_construct:
            raise ValueError(f"{name.name} creates resources, so its docstring must have an Example:")
        return None
    try:
        template = perform(name.example)
    except Exception as error:
        raise ValueError(f"the example of {name.name} cannot be run: {type(error).__name__}: {error}") from error
    graph = graph_of({_STACK: template}, made=lambda key: _made(template, key))
    if not any(_made(template, part.key) for part in graph.parts):
        if name.is_construct:
            raise ValueError(f"the example of {name.name} must create what can be drawn")
        graph = Graph(parts=(), arrows=())
    return PerformedExample(template=template, graph=graph)


def _made(template: Template, key: Key) -> bool:
    path = template["Resources"][key[1]].get("Metadata", {}).get("aws:cdk:path", "")
    return not str(path).startswith(f"{_STACK}/{GIVEN}/")


def _page(name: PublicName, pictures: Path) -> Iterator[str]:
    yield f"# {name.name}"
    yield ""
    performed = performed_example(name)
    drawn = performed if performed is not None and performed.graph.parts else None
    if drawn is not None:
        picture = pictures / f"{name.name}.svg"
        template = drawn.template
        d2.svg(drawn.graph, picture, group=lambda part: name.name if _made(template, part.key) else None)
        yield f"![What the example below creates](pictures/{picture.name}){{ .picture width={_width(picture)} }}"
        yield ""
    yield f"::: mach_constructs.{name.name}"
    yield ""
    if drawn is not None:
        yield from _created(drawn.template)


def _created(template: Template) -> Iterator[str]:
    types = Counter(
        resource["Type"]
        for logical_id, resource in template["Resources"].items()
        if _made(template, (_STACK, logical_id))
    )
    yield "## Resources of the example { #resources }"
    yield ""
    yield "| type | |"
    yield "|---|--:|"
    for resource_type, count in sorted(types.items()):
        yield f"| `{resource_type}` | {count} |"


def _index(groups: Mapping[str, Sequence[PublicName]]) -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Generated from the docstrings. Names in bold create resources; their pages begin with a picture of what the"
    yield "example creates, drawn from its template. What the example is given, such as an API, has a dashed outline."
    for group, names in groups.items():
        yield ""
        yield f"## {title_of(group)}"
        yield ""
        yield "| name | what it is |"
        yield "|---|---|"
        for name in names:
            link = f"[`{name.name}`]({name.name}.md)"
            yield f"| {f'**{link}**' if name.is_construct else link} | {name.summary} |"
    yield ""


def _width(picture: Path) -> int:
    """The width that a picture was drawn for."""
    root = ElementTree.parse(picture).getroot()  # noqa: S314  # our own file
    return int(float(root.attrib["viewBox"].split()[2]))
