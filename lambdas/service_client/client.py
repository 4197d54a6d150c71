"""Calls of other services' routes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from edge.problem import CONTENT_TYPE as PROBLEM
from service_client.errors import CallRefusedError, ServiceUnavailableError
from service_client.patience import SHORTEST_READ_SECONDS, Patience
from service_client.signature import signed_headers

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

CONNECT_TIMEOUT_SECONDS = 1.0
LONGEST_RETRY_AFTER_SECONDS = 2
"""Who is asked to wait longer gives up and tells its own caller to."""

_PASSING = frozenset({429, 502, 503, 504})
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_PARAMETER = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What another service answered.

    Attributes:
        status: 200 to 299.
        document: its JSON; None when it had no body.
    """

    status: int
    document: object


@dataclass(frozen=True, kw_only=True)
class ServiceClient:
    """Calls routes of other services, signed with the caller's own credentials.

    What may be sent twice (GET, PUT, DELETE, or anything with an Idempotency-Key) is sent again when no connection
    comes about or breaks, and after a 429, 502, 503 or 504, with growing pauses. Safe to use from several threads.

        client = ServiceClient()
        answer = client.call(
            "PUT /v1/reservations/{id}", id=checkout_id, body=reservation, correlation_id=request.correlation_id
        )

    Attributes:
        read_timeout_seconds: how long one answer may take.
        patience_seconds: how long a call may take in all: less than the caller's own time.
        attempts: how often a call is made at most.
    """

    read_timeout_seconds: float = 5.0
    patience_seconds: float = 8.0
    attempts: int = 3

    def call(
        self,
        route_key: str,
        *,
        body: object = None,
        idempotency_key: str | None = None,
        correlation_id: str | None = None,
        **parameters: str,
    ) -> Answer:
        """Call a route.

        Args:
            route_key: as the stack names it in ``calls``, such as ``PUT /v1/reservations/{id}``.
            body: what ``json`` can write; None for no body.
            idempotency_key: makes a POST one that may be sent twice.
            correlation_id: of the request or event that this call is made for.
            parameters: of the path, by name; any text, which is encoded.

        Returns:
            The answer, when its status is 2xx.

        Raises:
            CallRefusedError: 4xx.
            ServiceUnavailableError: no answer, or a 429, 5xx or redirection to the end.
        """
        may_repeat = route_key.partition(" ")[0] in _REPEATABLE or idempotency_key is not None
        headers = _headers(has_body=body is not None, idempotency_key=idempotency_key, correlation_id=correlation_id)
        return self._repeat(route_key, parameters, headers, body, attempts=self.attempts if may_repeat else 1)

    def ask(self, route_key: str, *, body: object, correlation_id: str | None = None, **parameters: str) -> Answer:
        """Call a route that changes nothing though its method is POST: it may be sent twice as it is.

        Args:
            route_key: as in ``call``.
            body: what is asked.
            correlation_id: as in ``call``.
            parameters: as in ``call``.

        Returns:
            The answer, when its status is 2xx.

        Raises:
            CallRefusedError: as in ``call``.
            ServiceUnavailableError: as in ``call``.
        """
        headers = _headers(has_body=True, idempotency_key=None, correlation_id=correlation_id)
        return self._repeat(route_key, parameters, headers, body, attempts=self.attempts)

    def _repeat(
        self,
        route_key: str,
        parameters: Mapping[str, str],
        headers: Mapping[str, str],
        body: object,
        *,
        attempts: int,
    ) -> Answer:
        method, _, path = route_key.partition(" ")
        url = os.environ["API_URL"] + _PARAMETER.sub(lambda found: quote(parameters[found[1]], safe=""), path)
        sent = json.dumps(body, separators=(",", ":")).encode() if body is not None else b""
        patience = Patience(attempts=attempts, seconds=self.patience_seconds)
        while True:
            try:
                return self._attempt(route_key, method, url, headers, sent, patience)
            except ServiceUnavailableError as unavailable:
                wait = unavailable.asked_to_wait_seconds
                hopeless = not unavailable.may_pass or wait > LONGEST_RETRY_AFTER_SECONDS
                if hopeless or not patience.pause(at_least_seconds=wait):
                    raise

    def _attempt(
        self, route_key: str, method: str, url: str, headers: Mapping[str, str], body: bytes, patience: Patience
    ) -> Answer:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        read_timeout = min(self.read_timeout_seconds, max(patience.remaining_seconds, SHORTEST_READ_SECONDS))
        try:
            response = _connections().request(
                method,
                url,
                body=body,
                headers=signed_headers(method, url, headers=headers, body=body),
                timeout=Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=read_timeout),
            )
        except HTTPError as error:
            raise ServiceUnavailableError(route_key, str(error), may_pass=True) from error
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            return Answer(status=response.status, document=_document(route_key, response))
        if response.status in _PASSING or not _is_refusal(response.status):
            asked = response.headers.get("Retry-After", "")
            raise ServiceUnavailableError(
                route_key,
                f"status {response.status}",
                may_pass=response.status in _PASSING,
                asked_to_wait_seconds=int(asked) if re.fullmatch(r"[0-9]{1,6}", asked, re.ASCII) else 0,
            )
        raise CallRefusedError.of(route_key, response.status, _document(route_key, response))


def _is_refusal(status: int) -> bool:
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR


def _headers(*, has_body: bool, idempotency_key: str | None, correlation_id: str | None) -> dict[str, str]:
    given = {
        "Accept": f"application/json, {PROBLEM}",
        "Content-Type": "application/json" if has_body else None,
        "Idempotency-Key": idempotency_key,
        "X-Correlation-Id": correlation_id,
        # Set by Lambda for each invocation; containers do the same.
        "X-Amzn-Trace-Id": os.environ.get("_X_AMZN_TRACE_ID"),
    }
    return {name: value for name, value in given.items() if value}


def _document(route_key: str, response: BaseHTTPResponse) -> object:
    if not response.data:
        return None
    try:
        document: object = json.loads(response.data)
    except ValueError as error:
        if _is_refusal(response.status):
            return None
        raise ServiceUnavailableError(route_key, "its answer is no JSON", may_pass=False) from error
    return document


@cache
def _connections() -> PoolManager:
    from urllib3 import PoolManager

    # One pool a process: a connection is used again by the next invocation. Repetitions are counted above, not there.
    return PoolManager(retries=False, maxsize=10)
