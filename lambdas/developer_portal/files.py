"""The files that are served: made at synthesis, kept here, or part of Powertools."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import aws_lambda_powertools

PAGES = Path(__file__).parent / "pages"
DOCUMENTS = Path(__file__).parent / "documents"
"""What synthesis makes; it is in the function's package and nowhere else."""

SWAGGER_UI = Path(aws_lambda_powertools.__file__).parent / "event_handler" / "openapi" / "swagger_ui"
"""Its folder is read and not imported, for it would bring pydantic along."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as it is served.

    Attributes:
        text: its content.
        content_type: its media type.
        digest: changes with the content.
    """

    text: str
    content_type: str
    digest: str


@cache
def document(name: str) -> File:
    """Give a document that was made at synthesis, such as ``openapi.json``."""
    return _read(DOCUMENTS / name, "application/json")


@cache
def page() -> File:
    """Give the page that shows the API."""
    return _read(PAGES / "docs.html", "text/html; charset=utf-8")


@cache
def part_of_the_page(name: str) -> File | None:
    """Give a script or a style sheet of the page, or None when there is no such."""
    match name:
        case "swagger-ui.css":
            return _read(SWAGGER_UI / "swagger-ui.min.css", "text/css; charset=utf-8")
        case "swagger-ui.js":
            return _read(SWAGGER_UI / "swagger-ui-bundle.min.js", "text/javascript; charset=utf-8")
        case "start.js":
            return _read(PAGES / "start.js", "text/javascript; charset=utf-8")
        case _:
            return None


def _read(path: Path, content_type: str) -> File:
    text = path.read_text(encoding="utf-8")
    return File(text=text, content_type=content_type, digest=sha256(text.encode()).hexdigest()[:32])
