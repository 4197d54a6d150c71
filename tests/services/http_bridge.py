"""Handlers behind real HTTP, as an HTTP API puts them: one request at a time each, like a Lambda function's process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import SimpleNamespace
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from tests.services.http_client import HttpHandler


@contextmanager
def serving(services: Mapping[str, HttpHandler], routes: Mapping[str, str]) -> Iterator[str]:
    """Give the base URL at which handlers are served.

    Args:
        services: handlers by how their paths begin.
        routes: keys of routes, such as ``GET /v1/payments/{id}``, with who may call them.
    """
    patterns = {key: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", key) + r"\Z") for key in routes}
    locks = {start: Lock() for start in services}

    class Bridge(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            url = urlsplit(self.path)
            key = next(key for key, pattern in patterns.items() if pattern.match(f"{self.command} {url.path}"))
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            event: dict[str, object] = {
                "version": "2.0",
                "routeKey": key,
                "rawPath": url.path,
                "rawQueryString": url.query,
                "queryStringParameters": dict(parse_qsl(url.query)),
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "requestContext": {
                    "http": {"method": self.command, "path": url.path},
                    "requestId": "request-1",
                    "stage": "$default",
                },
                "isBase64Encoded": False,
                "body": body.decode(),
            }
            start = max((start for start in services if url.path.startswith(start)), key=len)
            with locks[start]:
                result = services[start](event, SimpleNamespace(aws_request_id="invocation-1"))
            text = cast(str, result.get("body") or "").encode()
            self.send_response(cast(int, result["statusCode"]))
            for name, value in cast(dict[str, str], result["headers"]).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: pytest shows the handlers' own logs."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that did not wait is what some tests are about."""

    server = Server(("127.0.0.1", 0), Bridge)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
