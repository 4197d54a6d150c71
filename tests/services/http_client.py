"""Calls to Lambda handlers in the form of an HTTP API's events."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Protocol, cast
from urllib.parse import urlencode

from tests.described_api import undescribed


class HttpHandler(Protocol):
    def __call__(self, event: dict[str, object], context: object) -> dict[str, object]: ...


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> dict[str, object]:
        document: dict[str, object] = json.loads(self.text)
        return document

    def problem(self) -> dict[str, object]:
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.json["status"] == self.status
        return self.json


@dataclass(kw_only=True)
class Client:
    """Calls Lambda handlers as an HTTP API would.

    Attributes:
        handlers: by method.
        token: sent as the bearer token.
        described: whether what they answer must be as the API's description says.
    """

    handlers: Mapping[str, HttpHandler]
    token: str | None = None
    described: bool = True
    default_headers: Mapping[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        raw: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | Sequence[str]] | None = None,
        is_base64: bool = False,
        route: str | None = None,
    ) -> Answer:
        sent = {**self.default_headers}
        if body is not None:
            sent["content-type"] = "application/json"
            raw = json.dumps(body)
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        event: dict[str, object] = {
            "version": "2.0",
            "routeKey": route or _route_key(method, path),
            "rawPath": path,
            "rawQueryString": urlencode(query or {}, doseq=True, errors="surrogatepass"),
            "headers": sent | {name.lower(): value for name, value in (headers or {}).items()},
            "requestContext": {
                "http": {"method": method, "path": path},
                "requestId": "request-1",
                "stage": "$default",
            },
            "isBase64Encoded": is_base64,
        }
        if query:
            event["queryStringParameters"] = {
                name: value if isinstance(value, str) else ",".join(value) for name, value in query.items()
            }
        if raw is not None:
            event["body"] = raw
        result = self.handlers[method](event, SimpleNamespace(aws_request_id="invocation-1"))
        # What the Lambda runtime does with it must work as well.
        json.dumps(result, ensure_ascii=False).encode()
        answer = Answer(
            status=cast(int, result["statusCode"]),
            headers=cast(dict[str, str], result["headers"]),
            text=cast(str, result.get("body") or ""),
        )
        self._check(cast(str, event["routeKey"]), answer)
        return answer

    def _check(self, route: str, answer: Answer) -> None:
        """Fail when the route's operation does not describe the answer."""
        declared = json.loads(os.environ.get("ROUTE_ACCESS", "{}"))
        # A route that no test declares answers 403 whatever its operation says.
        if self.described and route in declared:
            found = undescribed(route, declared[route], status=answer.status, headers=answer.headers, text=answer.text)
            if faults := list(found):
                raise AssertionError("; ".join(faults))


def _route_key(method: str, path: str) -> str:
    if path in ("/v1/products", "/v1/products/import", "/v1/categories"):
        return f"{method} {path}"
    resource = path.split("/")[2] if path.count("/") > 1 else ""
    return f"{method} /v1/{resource}/{'{sku}' if resource == 'inventory' else '{id}'}"


def product(product_id: str = "boots", /, **fields: object) -> dict[str, object]:
    """Give a product's body, some fields changed."""
    return {
        "id": product_id,
        "name": "Hiking boots",
        "description": "Sturdy",
        "category": "footwear",
        "status": "published",
        "price": {"currency": "USD", "amount": 12999},
        **fields,
    }
