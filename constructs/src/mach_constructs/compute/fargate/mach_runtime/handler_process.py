"""A process that calls handlers, one call at a time, as Lambda's execution environments do.

Handlers written for Lambda count on being alone in their process: they keep the request in module variables, and so do
their libraries. Threads would mix up two callers; processes cannot.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

from .frames import encoded, receive
from .lambda_context import LambdaContext

_TRACE_VARIABLE = "_X_AMZN_TRACE_ID"

Handler = Callable[[Any, LambdaContext], object]


def serve(descriptor: int) -> int:
    """Call handlers as told over a socket, until the other side closes it.

    The first message names the handlers that are wanted; they are imported before "ready" is answered, so that no
    request waits for imports.

    Args:
        descriptor: Number of the open socket.

    Returns:
        The exit code: 0, or 1 when a handler cannot be imported, after its stack trace was printed.
    """
    # Whoever started this process decides when it ends, by closing the socket; the group's signals are not for it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    with socket.socket(fileno=descriptor) as connection:
        wanted = receive(connection)
        if wanted is None:
            return 0
        handlers: dict[str, Handler] = {}
        for name in wanted:
            try:
                handlers[name] = _import(name)
            except Exception:
                traceback.print_exc()
                return 1
        connection.sendall(encoded("ready"))
        while (call := receive(connection)) is not None:
            connection.sendall(_answer(handlers[call["handler"]], call))
    return 0


def _import(name: str) -> Handler:
    module, _, function = name.rpartition(".")
    found: Handler = getattr(importlib.import_module(module), function)
    return found


def _answer(handler: Handler, call: dict[str, Any]) -> bytes:
    _set_trace(call["trace_header"])
    context = LambdaContext(
        aws_request_id=call["request_id"],
        function_name=os.environ.get("SERVICE_NAME", "service"),
        memory_limit_in_mb=os.environ.get("MEMORY_MIB", "512"),
        log_group_name=os.environ.get("LOG_GROUP_NAME", ""),
        log_stream_name=os.environ.get("HOSTNAME", ""),
        region=os.environ.get("AWS_REGION", ""),
        deadline=call["deadline"],
    )
    try:
        return encoded({"result": handler(call["event"], context)})
    except Exception as error:
        traceback.print_exc()
        return encoded({"error": f"{type(error).__name__}: {error}"})
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _set_trace(header: str | None) -> None:
    if header is None:
        os.environ.pop(_TRACE_VARIABLE, None)
    else:
        os.environ[_TRACE_VARIABLE] = header


def _ignore(number: int, frame: FrameType | None) -> None:
    pass
