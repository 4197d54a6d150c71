"""One Lambda function's HTTP routes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from edge import problem
from edge.authorization import authorize
from edge.request import Request
from edge.response import NOT_STORED, SECURITY_HEADERS
from store.errors import ThrottledError, UnavailableError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

HandlerT = TypeVar("HandlerT", bound=Callable[..., Response[str]])


class HttpApplication:
    """The handler of a Lambda function behind an HTTP API.

    Routes are functions of a ``Request`` and the path's parameters; they give a response or raise a ``Problem``.
    Around them every request is authorized (see ``edge.authorization``), correlated and logged in one line, every
    error becomes a problem document, and no answer lacks the security headers.

        handler = HttpApplication()

        @handler.get("/v1/products/<product_id>")
        def read_product(request: Request, product_id: str) -> Response[str]: ...
    """

    def __init__(self) -> None:
        self.logger = Logger()
        self._resolver = APIGatewayHttpResolver()
        self._resolver.exception_handler(Exception)(self._answer_error)

    def get(self, path: str, *, compress: bool = False) -> Callable[[HandlerT], HandlerT]:
        """Let a function answer GET requests of a path such as ``/v1/products/<product_id>``.

        Args:
            path: what follows ``<`` to ``>`` is given to the function.
            compress: send the body by gzip to clients that take it.
        """
        return self._route("GET", path, compress=compress)

    def put(self, path: str) -> Callable[[HandlerT], HandlerT]:
        """Let a function answer PUT requests of a path."""
        return self._route("PUT", path)

    def post(self, path: str) -> Callable[[HandlerT], HandlerT]:
        """Let a function answer POST requests of a path."""
        return self._route("POST", path)

    def delete(self, path: str) -> Callable[[HandlerT], HandlerT]:
        """Let a function answer DELETE requests of a path."""
        return self._route("DELETE", path)

    def __call__(self, event: dict[str, object], context: LambdaContext) -> dict[str, object]:
        """Answer one event of an HTTP API (payload format 2.0)."""
        started = time.perf_counter()
        request = Request.from_event(event)
        self.logger.append_keys(
            correlation_id=request.correlation_id, request_id=context.aws_request_id, api_request_id=request.id
        )
        try:
            principal = authorize(request.route_key, request.headers.get("authorization"))
            request = replace(request, principal=principal)
            self._resolver.context["request"] = request
            answer = self._resolver.resolve(event, context)
        except Exception as error:
            response = self._answer_error(error)
            answer = {"statusCode": response.status_code, "body": response.body, "headers": dict(response.headers)}
        headers = {"Cache-Control": NOT_STORED, **SECURITY_HEADERS, **answer.get("headers", {})}
        answer["body"] = answer.get("body") or ""
        answer["headers"] = {**headers, "X-Correlation-Id": request.correlation_id}
        self.logger.info(
            "request answered",
            route=request.route_key,
            status=answer["statusCode"],
            duration_ms=round((time.perf_counter() - started) * 1000, 2),
        )
        return cast(dict[str, object], answer)

    def _route(self, method: str, path: str, *, compress: bool = False) -> Callable[[HandlerT], HandlerT]:
        def register(function: HandlerT) -> HandlerT:
            def answer(**parameters: str) -> Response[str]:
                return function(self._resolver.context["request"], **parameters)

            self._resolver.route(path, method, compress=compress)(answer)
            return function

        return register

    def _answer_error(self, error: Exception) -> Response[str]:
        found = self._problem_of(error)
        return Response(
            status_code=int(found.status),
            content_type=problem.CONTENT_TYPE,
            body=found.body(),
            headers={**found.headers},
        )

    def _problem_of(self, error: Exception) -> problem.Problem:
        if isinstance(error, problem.Problem):
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self.logger.exception("request failed", exc_info=error)
            return error
        if isinstance(error, NotFoundError):
            return problem.not_found("there is nothing at this address")
        if isinstance(error, UnavailableError):
            self.logger.exception("the table did not answer", exc_info=error)
            seconds = 2 if isinstance(error, ThrottledError) else 1
            return problem.service_unavailable("try again in a moment", retry_after_seconds=seconds)
        self.logger.exception("request failed unexpectedly", exc_info=error)
        return problem.internal_error()
