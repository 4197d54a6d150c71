"""The local AWS with a tally of what is used, and where it is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.usage import sources
from local.usage.tally import Tally

if TYPE_CHECKING:
    from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope

    from local.server import Application

PATH = "/_storefront/usage"


class MeteredApplication:
    """The local AWS, which counts what is used when it is asked to.

    `POST` begins to count, from nothing; `GET` tells what was counted so far; `DELETE` ends it and tells the same.

    Args:
        application: The local AWS.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._tally = Tally()
        sources.install(self._tally)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._application(scope, receive, send)
            return
        if scope["method"] == "POST":
            self._tally.begin()
        elif scope["method"] == "DELETE":
            self._tally.end()
        body = json.dumps(self._tally.document()).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": body, "more_body": False})
