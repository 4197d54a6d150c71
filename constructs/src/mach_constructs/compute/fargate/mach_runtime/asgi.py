"""The ASGI interface (https://asgi.readthedocs.io), as far as it is used here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .http_answer import Answer
from .http_event import HttpRequest

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyTooLargeError(Exception):
    """The request's body is larger than allowed."""


class ClientGoneError(Exception):
    """The client left before its request was complete."""


async def read_request(scope: Scope, receive: Receive, *, most_bytes: int) -> HttpRequest:
    """Read a request with its body.

    Args:
        scope: The connection.
        receive: Gives the body's parts.
        most_bytes: The largest body that is read.

    Raises:
        BodyTooLargeError: The body is larger.
        ClientGoneError: The client left.
    """
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise BodyTooLargeError
        more = message.get("more_body", False)
    return HttpRequest(
        method=scope["method"],
        path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=bytes(body),
        client=(scope.get("client") or ("",))[0],
        protocol=f"HTTP/{scope['http_version']}",
    )


async def send_answer(send: Send, answer: Answer) -> None:
    """Send a response.

    Args:
        send: Takes its parts.
        answer: The response.
    """
    headers = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in answer.headers
    ]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def live(
    receive: Receive, send: Send, start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]
) -> None:
    """Answer the server's start and end of life.

    Args:
        receive: Says when.
        send: Takes what came of it.
        start: What to do before the first request.
        stop: What to do after the last.
    """
    await receive()
    try:
        await start()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await stop()
    await send({"type": "lifespan.shutdown.complete"})
