"""Log records as JSON lines, of the same fields as those of the services."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime

_ROOT = re.compile(r"(?:^|;)Root=([^;]+)")
_OWN_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__)


def trace_id(trace_header: str | None) -> str | None:
    """Give the trace id that stands in an X-Ray trace header, or None."""
    root = _ROOT.search(trace_header or "")
    return root[1] if root else None


class JsonFormatter(logging.Formatter):
    """One line a record: level, message, service, the invocation's ids, and whatever `extra` holds."""

    def __init__(self) -> None:
        super().__init__()
        self.request_id: str | None = None

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as JSON, without what is not known."""
        extra = {name: value for name, value in record.__dict__.items() if name not in _OWN_ATTRIBUTES}
        line = {
            "level": record.levelname,
            "message": record.getMessage(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "service": os.environ.get("SERVICE_NAME"),
            "request_id": self.request_id,
            "xray_trace_id": trace_id(os.environ.get("_X_AMZN_TRACE_ID")),
            **extra,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None}, default=str)


FORMATTER = JsonFormatter()
"""The process's formatter; it is told the invocation that runs."""


def logger() -> logging.Logger:
    """Give the relay's logger, which writes to standard output alone: Lambda's own handler would write it again."""
    relay = logging.getLogger(__package__)
    if not relay.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(FORMATTER)
        relay.addHandler(handler)
        relay.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
        relay.propagate = False
    return relay
