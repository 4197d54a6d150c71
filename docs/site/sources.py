"""The Markdown files of the checkout, as the site takes them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from docs.architecture import BEGIN, END

CHECKOUT = Path(__file__).parents[2]
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_ARCHITECTURE = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def pages() -> list[PurePosixPath]:
    """Every page that somebody wrote, by its path in the checkout."""
    found = [
        CHECKOUT / "README.md",
        *(CHECKOUT / "constructs").glob("*.md"),
        *(CHECKOUT / "docs").rglob("*.md"),
        *(CHECKOUT / "examples").glob("*/README.md"),
    ]
    return sorted(PurePosixPath(path.relative_to(CHECKOUT).as_posix()) for path in found)


def title_of(page: PurePosixPath) -> str:
    """A page's first heading."""
    text = (CHECKOUT / page).read_text()
    return next(line.removeprefix("# ").strip() for line in text.splitlines() if line.startswith("# "))


def copy(pages: Iterable[PurePosixPath], folder: Path, *, architecture: str) -> None:
    """Copy pages; a link to a file that is in the checkout but not on the site becomes its text.

    A link to nothing stays, so that the build refuses it.

    Args:
        pages: Which.
        folder: Where to.
        architecture: What takes the place of README's Mermaid drawing, which a script would draw; a path in `folder`.
    """
    known = frozenset(pages)
    for page in known:
        up = "../" * (len(page.parts) - 1)
        text = _LINK.sub(_linked(page, known), (CHECKOUT / page).read_text())
        text = _ARCHITECTURE.sub(f"[![The storefront]({up}{architecture}){{ .picture }}]({up}{architecture})", text)
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(text)


def _linked(page: PurePosixPath, known: frozenset[PurePosixPath]) -> Callable[[re.Match[str]], str]:
    def link(found: re.Match[str]) -> str:
        target, _, anchor = found["target"].partition("#")
        if "://" in target or target.startswith("mailto:") or not target:
            return found[0]
        path = (CHECKOUT / page.parent / target).resolve()
        if not path.is_relative_to(CHECKOUT) or not path.exists():
            return found[0]
        inside = PurePosixPath(path.relative_to(CHECKOUT).as_posix())
        if inside in known:
            return found[0]
        if inside / "README.md" in known:
            return f"[{found['text']}]({target.rstrip('/')}/README.md{'#' * bool(anchor)}{anchor})"
        return found["text"]

    return link
