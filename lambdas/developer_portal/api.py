"""The developer portal's HTTP API. It reads files and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from developer_portal import files
from developer_portal.files import File
from edge import problem
from edge.application import HttpApplication
from edge.entity_tag import is_unmodified, strong_tag
from edge.request import Request
from edge.response import REVALIDATED

handler = HttpApplication()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load and call: its own origin. Swagger UI's style sheet holds its pictures as data."""


@handler.get("/v1/openapi.json", compress=True)
def read_openapi(request: Request) -> Response[str]:
    """Answer with the OpenAPI document of all services."""
    return _served(request, files.document("openapi.json"))


@handler.get("/v1/asyncapi.json", compress=True)
def read_asyncapi(request: Request) -> Response[str]:
    """Answer with the AsyncAPI document of all events."""
    return _served(request, files.document("asyncapi.json"))


@handler.get("/v1/docs", compress=True)
def read_page(request: Request) -> Response[str]:
    """Answer with the page that shows the API and tries it out."""
    return _served(request, files.page(), {"Content-Security-Policy": CONTENT_SECURITY_POLICY})


@handler.get("/v1/docs/<name>", compress=True)
def read_part_of_the_page(request: Request, name: str) -> Response[str]:
    """Answer with a script or a style sheet of the page."""
    found = files.part_of_the_page(name)
    if found is None:
        raise problem.not_found(f"the page has no part {name[:64]!r}")
    return _served(request, found)


def _served(request: Request, file: File, headers: Mapping[str, str] | None = None) -> Response[str]:
    tag = strong_tag(file.digest)
    headers = {"ETag": tag, "Cache-Control": REVALIDATED, **(headers or {})}
    if is_unmodified(request.headers, current=tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, headers=headers)
    return Response(status_code=HTTPStatus.OK.value, content_type=file.content_type, body=file.text, headers=headers)
