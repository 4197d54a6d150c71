"""The catalog's export, as far as search sees it: real HTTP, with files that a test may spoil."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from contracts.product_events import ProductSnapshot

_LINES_A_MEMBER = 30
"""A member of the gzip file, for such files are joined of pieces."""


class CatalogServer:
    """Answers calls for exports, each of which holds what the catalog had when it was first asked for.

    Attributes:
        products: what the catalog has.
        status: of every export.
        further_lines: what is in the files beside products.
        cut: how many bytes the files lack in the end.
        started_at: when exports began.
        asked: ids of the exports that were asked for, as often as they were.
        tree: what it answers as its categories.
    """

    def __init__(self) -> None:
        self.products: list[ProductSnapshot] = []
        self.status = "completed"
        self.further_lines: list[str] = []
        self.cut = 0
        self.started_at = datetime(2026, 6, 1, tzinfo=UTC)
        self.asked: list[str] = []
        self.tree: dict[str, object] = {"items": [], "next": None, "tree_version": 0}
        self._files: dict[str, bytes] = {}
        catalog = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                export = self.path.rpartition("/")[2]
                assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256")
                catalog.asked.append(export)
                self._answer(json.dumps(catalog.export(export, f"http://{self.headers['Host']}")).encode())

            def do_GET(self) -> None:
                if self.path == "/v1/categories":
                    return self._answer(json.dumps(catalog.tree).encode())
                content = catalog.file(self.path.rpartition("/")[2])
                return self._answer(content, length=len(content) + catalog.cut)

            def _answer(self, body: bytes, *, length: int | None = None) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(length or len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = bool(catalog.cut)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True  # clients keep their connections
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def export(self, id: str, url: str) -> dict[str, object]:
        """Give how far an export is."""
        self._files.setdefault(id, self._file())
        is_completed = self.status == "completed"
        return {
            "id": id,
            "status": self.status,
            "started_at": self.started_at.isoformat(),
            "download": {"url": f"{url}/files/{id}"} if is_completed else None,
        }

    def file(self, id: str) -> bytes:
        """Give an export's file, or what is left of it."""
        content = self._files[id]
        return content[: len(content) - self.cut]

    def _file(self) -> bytes:
        products = [json.dumps(each.model_dump(mode="json") | {"status": "published"}) for each in self.products]
        lines = [f"{line}\n" for line in (*self.further_lines, *products)]
        members = [lines[start : start + _LINES_A_MEMBER] for start in range(0, len(lines), _LINES_A_MEMBER)]
        return b"".join(gzip.compress("".join(member).encode()) for member in members)

    @contextmanager
    def running(self) -> Iterator[CatalogServer]:
        """Let it answer meanwhile."""
        thread = Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()
