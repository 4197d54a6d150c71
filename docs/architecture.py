"""Draws the architecture from the synthesized templates, so that the picture is what is deployed.

`python -m docs.architecture cdk.out` writes it into README.md, between two marks; `make docs` does both.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from docs.pictures.mermaid import mermaid
from docs.pictures.overview import at_a_glance
from docs.pictures.resources import Template

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- architecture: begin -->", "<!-- architecture: end -->"


def draw(templates: Mapping[str, Template]) -> str:
    """The storefront at a glance, as a Mermaid flowchart.

    Args:
        templates: Each stack's template by the stack's name.
    """
    return mermaid(at_a_glance(templates))


def embed(text: str, drawing: str) -> str:
    """The text with the drawing between the two marks.

    Args:
        text: A Markdown text that has both marks.
        drawing: What goes between them.
    """
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{drawing}\n{END}{after}"


def read_templates(assembly: Path) -> dict[str, Template]:
    """The templates of a cloud assembly in the order of deployment: the platform, then the services by name.

    Args:
        assembly: A folder that `cdk synth` wrote.
    """
    files = sorted(
        assembly.glob("*.template.json"), key=lambda file: (not file.name.startswith("Platform."), file.name)
    )
    return {file.name.removesuffix(".template.json"): json.loads(file.read_text()) for file in files}


def main(arguments: Sequence[str]) -> None:
    """Draws the assembly that the only argument names into README.md."""
    (assembly,) = arguments
    README.write_text(embed(README.read_text(), draw(read_templates(Path(assembly)))))
    print(f"drew {assembly} into {README.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
