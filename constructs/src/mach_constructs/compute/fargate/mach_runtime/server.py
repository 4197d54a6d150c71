"""uvicorn around an application: listens on HOST and PORT, ends on SIGTERM when what runs has ended."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType

import uvicorn

from .asgi import Application
from .settings import Settings, positive

_KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept, so that it is rather the caller that closes one than this server one in use.

AWS does not say how long an HTTP API keeps idle connections of a VPC link. This is a choice: nginx's default, and
longer than the 60 s after which AWS's application load balancers close theirs unless told otherwise.
"""


def run(application: Application, environment: Mapping[str, str]) -> int:
    """Serve until a signal says to stop.

    Args:
        application: An ASGI application.
        environment: The process's variables.

    Returns:
        The exit code: 0 after a signal, 3 when the application could not start.
    """
    settings = Settings.read(environment)
    log = logging.StreamHandler(sys.stderr)
    log.setFormatter(_JsonLines())
    logging.basicConfig(handlers=[log], level=logging.WARNING)
    server = _Server(
        uvicorn.Config(
            application,
            host=environment.get("HOST", "127.0.0.1"),
            port=int(positive(environment, "PORT", 8080)),
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=True,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=int(settings.drain_seconds),
        ),
        serve_on_seconds=float(environment.get("DEREGISTRATION_SECONDS", "0")),
    )
    # uvicorn raises again what it has heeded; an orderly end is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _heeded)
    server.run()
    return 0 if server.started else 3


class _Server(uvicorn.Server):
    """Serves on for a while after the first signal: callers learn only after it that this server is going."""

    def __init__(self, config: uvicorn.Config, *, serve_on_seconds: float) -> None:
        super().__init__(config)
        self._serve_on_seconds = serve_on_seconds
        self._timer: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._serve_on_seconds and self._timer is None:
            self._timer = threading.Timer(self._serve_on_seconds, super().handle_exit, (sig, frame))
            self._timer.daemon = True
            self._timer.start()
        else:
            super().handle_exit(sig, frame)


def _heeded(number: int, frame: FrameType | None) -> None:
    pass


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)
