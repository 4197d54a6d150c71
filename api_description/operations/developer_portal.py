"""The developer portal's operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from api_description.operation import JSON, Answer, Operation, Parameter, Tag

PORTAL = Tag("Developer portal", "What the API is, to read and to try.")

Document = Annotated[dict[str, object], Field(description="A document in the form that its first member names.")]
Text = Annotated[str, Field(min_length=1)]


def _document(key: str, *, id: str, summary: str, member: str) -> Operation:
    answer = Answer(HTTPStatus.OK, "The document.", Document, example={member: "3"}, media_type=JSON)
    return Operation(key, id=id, tag=PORTAL, summary=summary, safe="cached", answers=[answer])


OPERATIONS = [
    _document("GET /v1/openapi.json", id="getOpenApi", summary="Read what the API takes and answers", member="openapi"),
    _document(
        "GET /v1/asyncapi.json", id="getAsyncApi", summary="Read what services tell each other", member="asyncapi"
    ),
    Operation(
        "GET /v1/docs",
        id="getDocs",
        tag=PORTAL,
        summary="Read the API in a browser, and try it out",
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "A page.", Text, example="<!doctype html>…", media_type="text/html")],
    ),
    Operation(
        "GET /v1/docs/{name}",
        id="getPartOfDocs",
        tag=PORTAL,
        summary="Read a script or a style sheet of the page",
        path=(
            Parameter(
                "name", Literal["start.js", "swagger-ui.css", "swagger-ui.js"], "Which one.", example="swagger-ui.css"
            ),
        ),
        safe="cached",
        answers=[
            Answer(HTTPStatus.OK, "The script or the style sheet.", Text, example="…", media_type=media_type)
            for media_type in ("text/css", "text/javascript")
        ],
    ),
]
