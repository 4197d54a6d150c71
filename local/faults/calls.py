"""Faults of single calls: those of functions to AWS, and to the routes of other services."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ministack.services import sts

from local.faults.asked_for import Faults
from local.faults.fault import Fault
from local.faults.invocations import kill

if TYPE_CHECKING:
    from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

    from local.server import Application

_API = re.compile(r"/_aws/execute-api/[^/]+(?:/\$default)?")
_CREDENTIAL = re.compile(rb"Credential=([^/]+)/")


class Calls:
    """The local AWS behind the faults of calls.

    Args:
        application: The local AWS.
        faults: Which strike.
    """

    def __init__(self, application: Application, faults: Faults) -> None:
        self._application = application
        self._faults = faults

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Pass a request on, or let it be struck."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        function = _caller(headers.get(b"authorization", b""))
        fault = self._faults.of_call(function, _name_of(scope, headers)) if function else None
        if fault is None:
            await self._application(scope, receive, send)
        else:
            await self._strike(fault, scope, receive, send)

    async def _strike(
        self, fault: Fault, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if fault.kind == "throttle":
            await _answer_throttled(send)
        elif fault.kind == "conflict":
            await _answer_conflict(await body_of(receive), send)
        elif fault.kind == "delay":
            heard: list[object] = []

            async def hold_back(message: object) -> None:
                heard.append(message)

            await self._application(scope, receive, hold_back)
            await asyncio.sleep(fault.seconds)
            for message in heard:
                await send(message)  # type: ignore[arg-type]
        else:
            if fault.moment == "after":
                await self._application(scope, receive, _unheard)
            kill(fault.function)


async def _unheard(_message: object) -> None:
    """Nobody hears the answer."""


async def _answer_throttled(send: ASGISendCallable) -> None:
    message = "The level of configured provisioned throughput was exceeded"
    await _refuse(send, "ProvisionedThroughputExceededException", message=message)


async def _answer_conflict(transaction: bytes, send: ASGISendCallable) -> None:
    codes = ["TransactionConflict"] * len(json.loads(transaction)["TransactItems"])
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(codes)}]"
    reasons = [{"Code": code, "Message": "Transaction is ongoing for the item"} for code in codes]
    await _refuse(send, "TransactionCanceledException", message=message, CancellationReasons=reasons)


async def _refuse(send: ASGISendCallable, kind: str, **said: object) -> None:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", **said}).encode()
    headers: Iterable[tuple[bytes, bytes]] = [
        (b"content-type", b"application/x-amz-json-1.0"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 400, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _caller(authorization: bytes) -> str:
    """The function whose credentials signed a request; empty when it was no function's."""
    found = _CREDENTIAL.search(authorization)
    session = sts._sessions.get(found[1].decode()) if found else None
    return str(session["Arn"]).rpartition("/")[2] if session and "Arn" in session else ""


def _name_of(scope: HTTPScope, headers: dict[bytes, bytes]) -> str:
    target = headers.get(b"x-amz-target")
    if target is not None:
        return target.decode()
    return f"{scope['method']} {_API.sub('', scope['path'])}"


async def body_of(receive: ASGIReceiveCallable) -> bytes:
    """All of a request's body."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message["body"]
        more = message["more_body"]
    return body
