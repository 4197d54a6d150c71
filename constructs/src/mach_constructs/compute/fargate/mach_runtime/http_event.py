"""An HTTP request as the event that API Gateway's HTTP APIs hand to Lambda (payload format 2.0).

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from . import gateway_headers as gateway
from .route_table import Match

_TEXT = frozenset({"application/json", "application/xml", "application/javascript"})
_ESCAPES = re.compile(r"(?:%(?!25)[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """A request as it was received.

    Attributes:
        method: In capitals.
        path: As sent, percent-encoded.
        query: As sent, without the question mark.
        headers: Names in lower case and values, in their order.
        body: Its bytes.
        client: The peer's address.
        protocol: Such as "HTTP/1.1".
    """

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    client: str
    protocol: str

    def header(self, name: str) -> str | None:
        """Give a header's values joined by commas, or None.

        Args:
            name: In lower case.
        """
        values = [value for given, value in self.headers if given == name]
        return ",".join(values) if values else None

    @property
    def request_id(self) -> str:
        """The gateway's id of the request; a new one when there is no gateway."""
        return self.header(gateway.REQUEST_ID) or str(uuid.uuid4())


def event_of(
    request: HttpRequest, match: Match, *, request_id: str, authorizer: dict[str, object] | None
) -> dict[str, object]:
    """Give the event.

    Args:
        request: What was received.
        match: The route it took.
        request_id: Its id.
        authorizer: What the gateway's authorizer found out, if there is one.
    """
    now = time.time()
    path = decoded(request.path)
    domain_name = request.header(gateway.DOMAIN_NAME) or request.header("host") or "localhost"
    context: dict[str, object] = {
        "accountId": request.header(gateway.ACCOUNT_ID) or "anonymous",
        "apiId": request.header(gateway.API_ID) or domain_name.partition(".")[0],
        "domainName": domain_name,
        "domainPrefix": domain_name.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": request.protocol,
            "sourceIp": request.header(gateway.SOURCE_IP) or request.client,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request_id,
        "routeKey": match.route_key,
        "stage": request.header(gateway.STAGE) or "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
    if authorizer is not None:
        context["authorizer"] = authorizer
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": match.route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": _headers(request),
        "requestContext": context,
        "isBase64Encoded": False,
    }
    # API Gateway leaves out what is empty; it never sends null.
    if cookies := _cookies(request):
        event["cookies"] = cookies
    if query := _query(request.query):
        event["queryStringParameters"] = query
    if match.parameters:
        event["pathParameters"] = dict(match.parameters)
    if request.body:
        is_text = _is_text(request.header("content-type"))
        event["isBase64Encoded"] = not is_text
        event["body"] = (
            request.body.decode("utf-8", "replace") if is_text else base64.b64encode(request.body).decode("ascii")
        )
    return event


def decoded(path: str) -> str:
    """Decode a path as API Gateway does: every escape but that of the percent sign, so that nothing is decoded twice.

    Args:
        path: Percent-encoded.
    """
    return _ESCAPES.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), path)


def _headers(request: HttpRequest) -> dict[str, str]:
    names = dict.fromkeys(name for name, _ in request.headers)
    return {
        name: request.header(name) or "" for name in names if name not in gateway.CONTEXT_VARIABLES and name != "cookie"
    }


def _cookies(request: HttpRequest) -> list[str]:
    header = "; ".join(value for name, value in request.headers if name == "cookie")
    return [cookie.strip() for cookie in header.split(";") if cookie.strip()]


def _query(query: str) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: ",".join(given) for name, given in values.items()}


def _is_text(content_type: str | None) -> bool:
    media_type = (content_type or "").split(";", 1)[0].strip().lower()
    return media_type.startswith("text/") or media_type in _TEXT
