"""Builds the site into `site/`: `python -m docs.site cdk.out`, which is the second half of `make docs`."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from docs.architecture import read_templates
from docs.pictures import d2
from docs.pictures.overview import at_a_glance
from docs.reference.pages import write_reference
from docs.site.sources import CHECKOUT, copy, pages, title_of
from docs.site.stacks import PAGE, write_stacks

SOURCES = CHECKOUT / ".storefront" / "site-sources"
ARCHITECTURE = "reference/pictures/storefront.svg"
STOREFRONT = ("docs/api.md", "docs/events.md", "docs/local-aws.md")


def build(assembly: Path, site: Path) -> None:
    """Write every page and picture, then the site.

    Args:
        assembly: The storefront's cloud assembly, for its pictures.
        site: Where the site goes.

    Raises:
        ValueError: A construct has no example that can be run and drawn.
        subprocess.CalledProcessError: A link is broken, or a page is nowhere in the navigation.
    """
    shutil.rmtree(SOURCES, ignore_errors=True)
    reference = write_reference(SOURCES / "reference")
    templates = read_templates(assembly)
    storefront = at_a_glance(templates)
    d2.svg(storefront, SOURCES / ARCHITECTURE, group=lambda part: storefront.groups.get(part.key))
    write_stacks(templates, SOURCES)
    written = pages()
    copy(written, SOURCES, architecture=ARCHITECTURE)
    shutil.copytree(CHECKOUT / "docs" / "site" / "styles", SOURCES / "styles")
    (SOURCES / "assets").mkdir()
    shutil.copyfile(CHECKOUT / "node_modules/iframe-worker/shim/index.js", SOURCES / "assets/iframe-worker.js")
    configuration = SOURCES.parent / "mkdocs.yml"
    # JSON is YAML.
    configuration.write_text(
        json.dumps(
            {
                "INHERIT": str(CHECKOUT / "docs" / "site" / "mkdocs.yml"),
                "docs_dir": str(SOURCES),
                "site_dir": str(site),
                "nav": navigation(written, reference),
            }
        )
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(configuration)]
    # The theme announces its successor at every build; docs/decisions/docs-site.md has considered it.
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=CHECKOUT, env=quiet, check=True)  # noqa: S603  # no shell, our own arguments


def navigation(written: Sequence[PurePosixPath], reference: Mapping[str, Sequence[str]]) -> list[object]:
    """Where each page stands; one that was added stands among its like without being listed here.

    Args:
        written: The pages that somebody wrote.
        reference: The pages of the reference by group.
    """
    docs = [page for page in written if page.parent.as_posix() == "docs" and str(page) not in STOREFRONT]
    decisions = [page for page in written if page.parent.as_posix() == "docs/decisions"]
    examples = [page for page in written if page.parts[0] == "examples"]
    others = [
        page
        for page in written
        if page.parts[0] == "docs" and page not in (*docs, *decisions) and str(page) not in STOREFRONT
    ]
    return [
        {"Storefront": ["README.md", *STOREFRONT, {"The stacks": PAGE}, *_titled(others)]},
        {
            "Library": [
                {"Guide": "constructs/README.md"},
                {"Examples": _titled(examples)},
                {"Changes": "constructs/CHANGELOG.md"},
            ]
        },
        {
            "Reference": [
                "reference/index.md",
                *({group: [f"reference/{name}.md" for name in names]} for group, names in reference.items()),
            ]
        },
        {"Development": [*_titled(docs), {"Decisions": _titled(decisions)}]},
    ]


def _titled(pages: Sequence[PurePosixPath]) -> list[object]:
    return [{title_of(page): str(page)} for page in pages]


def main(arguments: Sequence[str]) -> int:
    """Builds the site; a mistake in a page is a line and exit code 2."""
    (assembly,) = arguments
    try:
        build(Path(assembly), CHECKOUT / "site")
    except (ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError:
        print("the site was not built, for the reasons above", file=sys.stderr)
        return 2
    print(f"the documentation is at {CHECKOUT / 'site' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
