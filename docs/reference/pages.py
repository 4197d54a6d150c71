"""A page a public name: what its example creates, then what its docstring says."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from docs.pictures import d2
from docs.pictures.graph import graph_of
from docs.pictures.resources import Key, Template
from docs.reference.names import PublicName, public_names
from docs.reference.scene import GIVEN, perform

_STACK = "Example"
_TITLES = {"api": "API"}


def write_reference(folder: Path, *, report: Callable[[str], None]) -> Mapping[str, Sequence[str]]:
    """Write the reference: an index, a page a name, a picture a construct.

    Args:
        folder: Where to; it is made.
        report: Is told of an example that cannot be run; its page has no picture then.

    Returns:
        The names of the pages by the title of their group, groups and names in order of the alphabet.
    """
    (folder / "pictures").mkdir(parents=True)
    names = sorted(public_names(), key=lambda name: (name.group, not name.is_construct, name.name))
    groups = {group: list(members) for group, members in groupby(names, key=lambda name: name.group)}
    for name in names:
        (folder / f"{name.name}.md").write_text("\n".join(_page(name, folder / "pictures", report)))
    (folder / "index.md").write_text("\n".join(_index(groups)))
    return {title_of(group): [name.name for name in members] for group, members in groups.items()}


def title_of(group: str) -> str:
    """What a group is called."""
    return _TITLES.get(group, group.capitalize())


def example_template(name: PublicName) -> Template | None:
    """What a name's example synthesizes to; None without an example.

    Args:
        name: The name.

    Raises:
        ValueError: The example cannot be run.
    """
    if name.example is None:
        return None
    try:
        return perform(name.example)
    except Exception as error:
        raise ValueError(f"the example of {name.name} cannot be run: {type(error).__name__}: {error}") from error


def draw(name: PublicName, template: Template, file: Path) -> bool:
    """Draw what an example creates.

    Args:
        name: Whose example.
        template: What it synthesizes to.
        file: The SVG to write.

    Returns:
        Whether there is anything to draw.
    """
    resources = template.get("Resources", {})

    def made(key: Key) -> bool:
        path = resources[key[1]].get("Metadata", {}).get("aws:cdk:path", "")
        return not str(path).startswith(f"{_STACK}/{GIVEN}/")

    graph = graph_of({_STACK: template}, made=made)
    if not any(made(part.key) for part in graph.parts):
        return False
    d2.svg(graph, file, group=lambda part: name.name if made(part.key) else None)
    return True


def _page(name: PublicName, pictures: Path, report: Callable[[str], None]) -> Iterator[str]:
    yield f"# {name.name}"
    yield ""
    try:
        template = example_template(name)
    except ValueError as error:
        report(str(error))
        template = None
    picture = pictures / f"{name.name}.svg"
    if template is not None and draw(name, template, picture):
        yield f"![What the example below creates](pictures/{picture.name}){{ .picture width={_width(picture)} }}"
        yield ""
    yield f"::: mach_constructs.{name.name}"
    yield ""
    if template is not None and picture.exists():
        yield from _created(template)


def _created(template: Template) -> Iterator[str]:
    types = Counter(
        resource["Type"]
        for resource in template["Resources"].values()
        if not str(resource.get("Metadata", {}).get("aws:cdk:path", "")).startswith(f"{_STACK}/{GIVEN}/")
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
