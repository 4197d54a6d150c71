"""Serves routes: each request becomes an event, a handler answers it, its answer becomes the response."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from http import HTTPStatus

from opentelemetry.trace import SpanKind

from . import settings as environment_variables
from .asgi import Application, BodyTooLargeError, ClientGoneError, Receive, Scope, Send, live, read_request, send_answer
from .gateway_headers import REQUEST_ID
from .handler_pool import HandlerPool
from .http_answer import Answer, MalformedAnswerError, answer_of
from .http_event import HttpRequest, event_of
from .invocation import HandlerTimeoutError, Invocation, InvocationError, OverloadedError
from .metrics import Metrics
from .problem import problem
from .route_table import Match, RouteTable
from .settings import Settings
from .telemetry import Telemetry, Traced
from .verified_token import authorizer_of

logger = logging.getLogger(__name__)

# The quota of HTTP APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
_MOST_BODY_BYTES = 10 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


def application(environment: Mapping[str, str]) -> Application:
    """Give the ASGI application.

    Args:
        environment: The process's variables, see `settings`.

    Raises:
        SettingsError: They do not say what is needed.
    """
    return _Web(environment)


class _Web:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._settings = Settings.read(environment)
        self._handlers = environment_variables.routes(environment)
        self._jwt_routes = environment_variables.jwt_routes(environment)
        self._table = RouteTable(self._handlers)
        self._telemetry = Telemetry(self._settings.service_name, environment)
        self._pool = HandlerPool(list(self._handlers.values()), self._settings.concurrency)
        self._metrics = Metrics(
            namespace=self._settings.metrics_namespace,
            workload=self._settings.metrics_workload,
            busy_seconds=lambda: self._pool.busy_seconds,
            concurrency=self._pool.size,
        )
        self._counting: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, self._start, self._stop)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _start(self) -> None:
        await self._pool.start()
        self._counting = asyncio.create_task(self._metrics.run())

    async def _stop(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._counting
        await self._pool.stop()
        self._metrics.flush()
        await asyncio.to_thread(self._telemetry.close)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await read_request(scope, receive, most_bytes=_MOST_BODY_BYTES)
        except ClientGoneError:
            return
        except BodyTooLargeError:
            detail = f"the body must not be larger than {_MOST_BODY_BYTES} bytes"
            await send_answer(send, problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail))
            return
        await send_answer(send, await self._answer(request))

    async def _answer(self, request: HttpRequest) -> Answer:
        if request.path == "/health" and request.client in _LOOPBACK and request.header(REQUEST_ID) is None:
            return Answer(status=200, headers=(("content-type", "text/plain"),), body=b"ok\n")
        match = self._table.find(request.method, request.path)
        if match is None:
            return problem(HTTPStatus.NOT_FOUND, "there is nothing at this address")
        started = time.monotonic()
        with self._telemetry.span(
            match.route_key,
            kind=SpanKind.SERVER,
            headers=[request.header("x-amzn-trace-id")],
            attributes={
                "http.request.method": request.method,
                "http.route": match.route_key.partition(" ")[2] or match.route_key,
                "url.path": request.path,
            },
        ) as traced:
            answer = await self._invoke(request, match, traced)
            traced.note("http.response.status_code", answer.status)
        failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        self._metrics.count(seconds=time.monotonic() - started, failed=failed)
        return answer

    async def _invoke(self, request: HttpRequest, match: Match, traced: Traced) -> Answer:
        request_id = request.request_id
        traced.note("aws.request_id", request_id)
        authorizer = authorizer_of(request.header("authorization")) if match.route_key in self._jwt_routes else None
        invocation = Invocation(
            handler=self._handlers[match.route_key],
            event=event_of(request, match, request_id=request_id, authorizer=authorizer),
            request_id=request_id,
            deadline=time.time() + self._settings.timeout_seconds,
            trace_header=traced.header,
        )
        try:
            return answer_of(await self._pool.invoke(invocation))
        except (InvocationError, MalformedAnswerError) as error:
            logger.error("%s of %s failed: %s: %s", request_id, match.route_key, type(error).__name__, error)
            traced.failed(type(error).__name__)
            return _problem_of(error)


def _problem_of(error: InvocationError | MalformedAnswerError) -> Answer:
    if isinstance(error, OverloadedError):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the service is busy, try again in a moment", retry_after=1)
    if isinstance(error, HandlerTimeoutError):
        return problem(HTTPStatus.GATEWAY_TIMEOUT, "the service did not answer in time")
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the service could not answer")
