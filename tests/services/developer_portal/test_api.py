"""The portal serves what was made at synthesis, and a page that loads nothing from anybody else."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from developer_portal import api, files
from tests.services.http_client import Answer, Client, HttpHandler

ROUTES = {
    "GET /v1/openapi.json": "public",
    "GET /v1/asyncapi.json": "public",
    "GET /v1/docs": "public",
    "GET /v1/docs/{name}": "public",
}
DOCUMENTS = {"openapi.json": '{"openapi": "3.1.0"}', "asyncapi.json": '{"asyncapi": "3.0.0"}'}


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    monkeypatch.setattr(files, "DOCUMENTS", folder)
    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    files.document.cache_clear()
    yield Client(handlers=cast(Mapping[str, HttpHandler], {"GET": api.handler}))
    files.document.cache_clear()


def get(portal: Client, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    route = "GET /v1/docs/{name}" if path.startswith("/v1/docs/") else f"GET {path}"
    return portal.call("GET", path, headers=headers, route=route)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_served_as_they_were_made(portal: Client, name: str) -> None:
    answer = get(portal, f"/v1/{name}")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.text == DOCUMENTS[name]
    assert get(portal, f"/v1/{name}", {"if-none-match": answer.headers["ETag"]}).status == 304


class References(HTMLParser):
    """What a page loads, and the scripts and styles that stand in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loaded += [address for name in ("src", "href") if tag != "a" and (address := given.get(name))]
        if (tag == "script" and "src" not in given) or tag == "style":
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def test_the_page_loads_parts_of_its_own_and_nothing_else(portal: Client) -> None:
    page = get(portal, "/v1/docs")

    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    references = References(page.text)
    assert references.inline == []
    parts = [address for address in references.loaded if not address.startswith("data:")]
    assert parts == ["docs/swagger-ui.css", "docs/swagger-ui.js", "docs/start.js"]
    for part in parts:
        answer = get(portal, f"/v1/{part}")
        kind = "css" if part.endswith("css") else "javascript"
        assert (answer.status, answer.headers["Content-Type"]) == (200, f"text/{kind}; charset=utf-8")
        assert answer.text


def test_the_pages_policy_allows_its_own_origin_alone(portal: Client) -> None:
    policy = get(portal, "/v1/docs").headers["Content-Security-Policy"]
    rules = {name: sources for name, *sources in (rule.split() for rule in policy.split(";"))}

    assert rules["default-src"] == ["'none'"]
    assert {source for sources in rules.values() for source in sources} <= {"'self'", "'none'", "data:"}
    assert rules["frame-ancestors"] == ["'none'"]
    assert get(portal, "/v1/openapi.json").headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_it_is_the_version_of_swagger_ui_that_the_documentation_names(portal: Client) -> None:
    script = get(portal, "/v1/docs/swagger-ui.js").text
    decision = (Path(__file__).parents[3] / "docs/decisions/api-description.md").read_text()

    (version,) = re.findall(r'PACKAGE_VERSION:"([0-9.]+)"', script)
    assert f"Swagger UI {version}" in decision


@pytest.mark.parametrize("name", ["swagger-ui.js.map", "..", "start.js.bak", "é", "x" * 500])
def test_there_are_no_other_parts(portal: Client, name: str) -> None:
    assert get(portal, f"/v1/docs/{name}").status == 404


def test_a_client_that_takes_gzip_gets_it(portal: Client) -> None:
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": "GET /v1/docs/{name}",
        "rawPath": "/v1/docs/swagger-ui.js",
        "headers": {"accept-encoding": "gzip, deflate, br"},
        "requestContext": {
            "http": {"method": "GET", "path": "/v1/docs/swagger-ui.js"},
            "requestId": "request-1",
            "stage": "$default",
        },
    }
    answer = cast(HttpHandler, api.handler)(event, SimpleNamespace(aws_request_id="invocation-1"))

    headers = cast(dict[str, str], answer["headers"])
    assert (headers["Content-Encoding"], answer["isBase64Encoded"]) == ("gzip", True)
    body = b64decode(cast(str, answer["body"]))
    # Lambda's answers are 6 MB at most, and this one is read on every visit.
    assert len(body) < 600_000
    assert gzip.decompress(body).decode() == get(portal, "/v1/docs/swagger-ui.js").text
