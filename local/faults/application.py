"""The local AWS with faults in front of it, and where they are asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.faults import invocations
from local.faults.asked_for import Faults
from local.faults.calls import Calls, body_of
from local.faults.fault import Fault, InvalidFaultError

if TYPE_CHECKING:
    from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope

    from local.server import Application

PATH = "/_storefront/faults"


class FaultyApplication:
    """The local AWS, in which faults strike when they are asked for.

    `POST` asks for one (201, or 422 with what is wrong), `GET` tells how often each has struck, `DELETE` forgets them.

    Args:
        application: The local AWS.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._faults = Faults()
        self._calls = Calls(application, self._faults)
        invocations.install(self._faults)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif scope["path"] == PATH:
            await self._control(scope["method"], receive, send)
        else:
            await self._calls(scope, receive, send)

    async def _control(self, method: str, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        status, answer = 200, dict[str, object]()
        if method == "POST":
            try:
                number = self._faults.ask_for(Fault.of(json.loads(await body_of(receive))))
                status, answer = 201, {"number": number}
            except (InvalidFaultError, ValueError) as error:
                status, answer = 422, {"detail": str(error)}
        elif method == "DELETE":
            self._faults.forget()
        body = json.dumps({"faults": self._faults.documents(), **answer}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": body, "more_body": False})
