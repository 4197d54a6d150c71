"""Another service, as far as its callers see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from service_client import client, patience, signature


@dataclass(frozen=True, kw_only=True)
class Received:
    """A call that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Scripted:
    """An answer that is given once; a status of 0 closes the connection instead."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class OtherService:
    """A server that gives the answers it was told to, one a call, and remembers the calls."""

    def __init__(self) -> None:
        self.answers: list[Scripted] = []
        self.received: list[Received] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.received.append(Received(method=self.command, path=self.path, headers=headers, body=body))
                answer = service.answers.pop(0)
                if not answer.status:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body.encode())))
                self.end_headers()
                self.wfile.write(answer.body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        for method in ("GET", "PUT", "POST", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def will_answer(self, *answers: Scripted) -> None:
        self.answers = list(answers)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherService]:
    """Give the service that the environment of a caller leads to."""
    service = OtherService()
    variables = {
        "API_URL": f"{service.url}/_aws/execute-api/abc123",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "session",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    signature._credentials.cache_clear()
    client._connections.cache_clear()
    yield service
    client._connections().clear()
    client._connections.cache_clear()
    signature._credentials.cache_clear()
    service.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the pauses that were made; they take no time."""
    made: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", made.append)
    monkeypatch.setattr(patience.random, "uniform", lambda _least, most: most)
    return made
