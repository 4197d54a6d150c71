"""What browsers on pages of other origins may do with an API."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jsii
from aws_cdk import Duration, IStableListProducer, Lazy
from aws_cdk import aws_apigatewayv2 as apigwv2

from mach_constructs.api.added_routes import AddedRoutes
from mach_constructs.api.route import METHODS, Route
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_duration_between

# Every form that API Gateway takes, https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
_EVERY_ORIGIN = ("*", "https://*", "http://*")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SHORTEST, _LONGEST = Duration.seconds(0), Duration.seconds(86_400)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_SIGNATURE = ("x-amz-content-sha256", "x-amz-date", "x-amz-security-token")


@dataclass(frozen=True, kw_only=True)
class Cors:
    """Cross-origin rules that follow the routes: methods and headers are those that the app's routes need.

    Methods are those of all routes that services of this app add to the API. Headers are `content-type` where a route
    takes a body, `authorization` where one is protected, and what its authorizer reads. Costs nothing.

    Example:
        ```python
        HttpFront(self, "Front", cors=Cors(origins=["https://shop.example"], headers=["idempotency-key", "if-match"]))
        ```

    Attributes:
        origins: Who may, such as "https://shop.example"; "*", "https://*" and "http://*" are everybody.
        headers: Request headers that the services understand besides.
        exposed_headers: Response headers that scripts may read, such as "etag" and "location".
        methods: Methods besides those of the routes, for routes that another app adds.
        credentials: Whether browsers may send cookies; never to everybody.
        max_age: How long a browser may remember the answer, 0 s to 24 h.

    Raises:
        ValueError: There is no origin, one is no origin, a header or method has no valid name, credentials are allowed
            to everybody, or the age is out of range.
    """

    origins: Sequence[str]
    headers: Sequence[str] = ()
    exposed_headers: Sequence[str] = ()
    methods: Sequence[str] = ()
    credentials: bool = False
    max_age: Duration = Duration.hours(1)  # noqa: RUF009 (a Duration is immutable)

    def __post_init__(self) -> None:
        for argument in ("origins", "headers", "exposed_headers", "methods"):
            value = getattr(self, argument)
            if isinstance(value, str):
                raise ValueError(f"{argument} must be a sequence of texts, got {value!r}")
        if not is_unresolved(self.origins) and not self.origins:
            raise ValueError("origins must be at least one, got none")
        for origin in self.origins:
            if not is_unresolved(origin) and origin not in _EVERY_ORIGIN and not _ORIGIN.fullmatch(origin):
                raise ValueError(f'origins must look like "https://shop.example" or be "*", got {origin!r}')
            if self.credentials and origin in _EVERY_ORIGIN:
                raise ValueError(f"credentials must not be allowed to every origin, got origins with {origin!r}")
        for header in (*self.headers, *self.exposed_headers):
            if not is_unresolved(header) and not _HEADER.fullmatch(header):
                raise ValueError(f"headers must be names of HTTP headers, got {header!r}")
        for method in self.methods:
            if method not in METHODS:
                raise ValueError(f"methods must be among {', '.join(METHODS)}, got {method!r}")
        require_duration_between("max_age", self.max_age, _SHORTEST, _LONGEST)


def configure(api: apigwv2.HttpApi, cors: Cors, added: AddedRoutes) -> None:
    """Give an API cross-origin rules that are read off its routes once all are known.

    Args:
        api: The API.
        cors: What is allowed.
        added: The routes that the app adds to it.
    """
    resource = api.node.default_child
    if isinstance(resource, apigwv2.CfnApi):
        resource.cors_configuration = apigwv2.CfnApi.CorsProperty(
            allow_origins=list(cors.origins),
            allow_methods=_later(lambda: sorted({route.method for route in added.routes} | set(cors.methods))),
            allow_headers=_later(lambda: _headers(cors, added.routes)),
            expose_headers=list(cors.exposed_headers) or None,
            allow_credentials=cors.credentials or None,
            max_age=int(cors.max_age.to_seconds()),
        )


def _headers(cors: Cors, routes: Sequence[Route]) -> list[str]:
    needed = {header.lower() for header in cors.headers}
    for route in routes:
        if route.method in _WITH_BODY:
            needed.add("content-type")
        if route.takes_token or route.iam:
            needed.add("authorization")
        if route.iam:
            needed.update(_SIGNATURE)
        if route.authorizer is not None:
            needed.update(route.authorizer.headers)
    return sorted(needed)


def _later(values: Callable[[], list[str]]) -> list[str]:
    return Lazy.list(_Values(values), omit_empty=True)


@jsii.implements(IStableListProducer)
class _Values:
    def __init__(self, values: Callable[[], list[str]]) -> None:
        self._values = values

    def produce(self) -> list[str]:
        return self._values()
