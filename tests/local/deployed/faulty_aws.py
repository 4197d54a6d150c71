"""The local AWS of the deployed tests: the real one, in which a function can be killed in the middle of a call.

`POST /_faults` arms one fault. The next matching call to AWS from that function is then its last act: its process is
killed with SIGKILL, either before the call takes effect or when it has, but before the function hears of it.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from ministack.core import lambda_runtime

from local.places import Places
from local.server import create_application, serve


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kill.

    Args:
        operation: `X-Amz-Target` of the call, like `DynamoDB_20120810.TransactWriteItems`.
        function: Part of the function's name.
        moment: `before` or `after` the call takes effect.
    """

    operation: str
    function: str
    moment: str

    def kill(self) -> None:
        """Ends every running invocation of the function, as an out-of-memory kill would."""
        for workers in list(lambda_runtime._workers.values()):
            for worker in workers:
                if worker.in_use and self.function in worker.func_name:
                    worker._proc.kill()


class FaultyAws:
    """The local AWS with the fault in front of it; each fault strikes once."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._fault: Fault | None = None
        self._struck = 0

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http" and scope["path"] == "/_faults":
            await self._control(scope["method"], receive, send)
        elif self._fault and scope["type"] == "http" and self._names_operation(scope["headers"], self._fault.operation):
            await self._strike(scope, receive)
        else:
            await self._application(scope, receive, send)

    @staticmethod
    def _names_operation(headers: Any, operation: str) -> bool:
        return (b"x-amz-target", operation.encode()) in [(name.lower(), value) for name, value in headers]

    async def _strike(self, scope: Scope, receive: ASGIReceiveCallable) -> None:
        fault, self._fault = self._fault, None
        assert fault

        async def into_the_void(_message: Any) -> None:
            """Nobody hears the answer."""

        if fault.moment == "after":
            await self._application(scope, receive, into_the_void)
        fault.kill()
        self._struck += 1

    async def _control(self, method: str, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if method == "POST":
            self._fault = Fault(**json.loads((await receive())["body"]))  # type: ignore[typeddict-item]
        body = json.dumps({"armed": self._fault is not None, "struck": self._struck}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[typeddict-item]
        await send({"type": "http.response.body", "body": body, "more_body": False})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--root", type=Path, required=True)
    options = parser.parse_args()
    application = create_application(port=options.port, places=Places(root=options.root.resolve()))
    serve(FaultyAws(application), port=options.port)
