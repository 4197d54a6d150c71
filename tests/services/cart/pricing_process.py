"""Pricing as the cart finds it: a process of its own that answers over HTTP with the service's real handler.

A process, because Powertools keeps the event of a request in class attributes: two handlers in one would mix them up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

CHECKOUT = Path(__file__).parents[3]
QUOTES = "POST /v1/prices/quotes"


@contextmanager
def pricing_process(environment: Mapping[str, str]) -> Iterator[str]:
    """Run pricing; gives its base URL."""
    variables = {"ROUTE_ACCESS": json.dumps({QUOTES: "iam"}), "SERVICE_NAME": "pricing", **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.services.cart.pricing_process"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "POWERTOOLS_SERVICE_NAME": "pricing", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        port = process.stdout.readline().removeprefix("port ").strip()
        assert port.isdigit(), "pricing does not start"
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def serve() -> None:
    """Answer until the process is ended."""
    from pricing.api import handler

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            event = {
                "routeKey": QUOTES,
                "rawPath": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "requestContext": {
                    "http": {"method": "POST", "path": self.path},
                    "requestId": "r",
                    "stage": "$default",
                },
                "body": body,
            }
            answer = handler(event, SimpleNamespace(aws_request_id="invocation"))  # type: ignore[arg-type]
            text = str(answer["body"]).encode()
            self.send_response(int(str(answer["statusCode"])))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Requests)
    print(f"port {server.server_port}", flush=True)
    with Path(os.devnull).open("w") as nowhere:
        # Nobody reads the handler's log lines.
        sys.stdout = nowhere
        server.serve_forever()


if __name__ == "__main__":
    serve()
