"""JSON messages over a socket, each behind its length: how the process that serves talks with those that handle."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct(">I")


def encoded(message: object) -> bytes:
    """Give a message's bytes.

    Args:
        message: Anything that JSON can say.

    Raises:
        TypeError: It is not.
        ValueError: It is not either (a loop, a NaN).
    """
    body = json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
    return _LENGTH.pack(len(body)) + body


async def read(reader: asyncio.StreamReader) -> Any:
    """Give the next message.

    Args:
        reader: Where from.

    Raises:
        asyncio.IncompleteReadError: The other side is gone.
    """
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return json.loads(await reader.readexactly(length))


def receive(connection: socket.socket) -> Any | None:
    """Give the next message, waiting for it without an event loop; None when the other side is gone.

    Args:
        connection: Where from.
    """
    head = _exactly(connection, _LENGTH.size)
    body = _exactly(connection, _LENGTH.unpack(head)[0]) if head is not None else None
    return json.loads(body) if body is not None else None


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    received = bytearray()
    while len(received) < length:
        part = connection.recv(min(1 << 20, length - len(received)))
        if not part:
            return None
        received += part
    return bytes(received)
