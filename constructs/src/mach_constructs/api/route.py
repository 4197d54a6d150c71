"""A route of a microservice, secure by default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2 as apigwv2

from mach_constructs.api.throttle import Throttle

if TYPE_CHECKING:
    from mach_constructs.api.lambda_authorizer import LambdaAuthorizer

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_READING = frozenset({"GET", "HEAD"})
_SEGMENT = re.compile(r"[A-Za-z0-9._~:@!$&'()*,;=%-]+|\{[A-Za-z_][A-Za-z0-9_]*\+?\}")


@dataclass(frozen=True)
class Route:
    """One method and path that a handler serves.

    A route says who may call it by exactly one of `public`, `capability`, `customer`, `scopes`, `signed`, `iam` and
    `authorizer`; it cannot stay silent. Only `scopes` may stand beside `customer` or `capability`, as a second way in.
    There is no `ANY`: who may write, what CORS allows and what a reader of the code expects hang on the method.

    Example:
        ```python
        Route("GET /v1/products/{id}", public=True, handler="read.handler")
        Route("PUT /v1/products/{id}", scopes=["catalog/write"])
        Route("GET /v1/orders/{id}", customer=True, scopes=["orders/read"])
        Route("POST /v1/products/import", iam=True, throttle=Throttle(requests_per_second=1, burst=2))
        ```

    Attributes:
        key: Method and path, such as "PUT /v1/products/{id}". `{name}` matches one segment, `{name+}` the rest.
        scopes: OAuth scopes of which the token needs one, such as `["catalog/write"]`.
        public: Anybody may call it.
        capability: Whoever knows the id in the path may call it, which must be one that nobody can guess. A token is
            optional and says who calls; one that does not hold is refused.
        customer: A person's token is needed; what is another's, the handler must not show.
        signed: Whoever signs the body with a secret that is shared with the service may call it (HMAC). The handler
            verifies the signature; the gateway lets everybody through to it.
        iam: Callers sign their requests (AWS Signature Version 4) and need `execute-api:Invoke` on the route; allow it
            by `service.routes[key].grant_invoke(role)`.
        authorizer: A function that decides.
        throttle: A limit of its own, for all callers together; without it the front's.
        handler: Module and function in the service's folder that serve it.

    Raises:
        ValueError: Method or path is malformed, or it is not said in one of these ways who may call it.
    """

    key: str
    _: KW_ONLY
    scopes: Sequence[str] = ()
    public: bool = False
    capability: bool = False
    customer: bool = False
    signed: bool = False
    iam: bool = False
    authorizer: LambdaAuthorizer | None = None
    throttle: Throttle | None = None
    handler: str = "api.handler"

    def __post_init__(self) -> None:
        require_route_key("route", self.key)
        if isinstance(self.scopes, str):
            raise ValueError(f"scopes of route {self.key!r} must be a sequence of texts, got {self.scopes!r}")
        self._require_one_way()
        for scope in self.scopes:
            if not scope or any(character.isspace() for character in scope):
                raise ValueError(f"scopes of route {self.key!r} must be texts without blanks, got {scope!r}")

    def _require_one_way(self) -> None:
        ways = {
            "public": self.public,
            "capability": self.capability,
            "customer": self.customer,
            "scopes": self.scopes,
            "signed": self.signed,
            "iam": self.iam,
            "authorizer": self.authorizer,
        }
        said = [name for name, value in ways.items() if value]
        if len(said) != 1 and said not in (["capability", "scopes"], ["customer", "scopes"]):
            raise ValueError(
                f"route {self.key!r} must say who may call it by exactly one of {', '.join(ways)} (scopes may stand "
                f"beside capability or customer), got {' and '.join(said) or 'none'}"
            )

    @property
    def access(self) -> str:
        """Who may call it, by the name of the argument that says so: "public", or "customer" with scopes or without."""
        ways = ("public", "capability", "customer", "signed", "iam", "authorizer")
        return next((way for way in ways if getattr(self, way)), "scopes")

    @property
    def takes_token(self) -> bool:
        """Whether a bearer token has a say in who may call it."""
        return self.access in ("capability", "customer", "scopes")

    @property
    def method(self) -> str:
        """HTTP method, such as "PUT"."""
        return self.key.partition(" ")[0]

    @property
    def path(self) -> str:
        """Path, such as "/v1/products/{id}"."""
        return self.key.partition(" ")[2]

    @property
    def reads_only(self) -> bool:
        """Whether the method promises to change nothing."""
        return self.method in _READING

    @property
    def shape(self) -> str:
        """The key with nameless parameters: two routes of one shape would catch the same requests."""
        return re.sub(r"\{[^}+]*(\+?)\}", r"{\1}", self.key)

    @property
    def construct_id(self) -> str:
        """Id of the route's construct; API, like every id."""
        return f"{self.method}{self.path.replace('/', '.')}"

    @property
    def route_key(self) -> apigwv2.HttpRouteKey:
        """The key as CDK names it."""
        return apigwv2.HttpRouteKey.with_(self.path, apigwv2.HttpMethod[self.method])


def require_route_key(argument: str, key: str) -> None:
    """Check the key of a route.

    Args:
        argument: What it is for, for the message.
        key: Method and path.

    Raises:
        ValueError: It is no method of HTTP and a path, or the path is one that API Gateway refuses.
    """
    method, separator, path = key.partition(" ")
    if not separator or method not in METHODS:
        raise ValueError(f'{argument} must be "METHOD /path" with one of {", ".join(METHODS)}, got {key!r}')
    if path == "/":
        return
    segments = path.split("/")[1:]
    if not path.startswith("/") or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise ValueError(f"path of route {key!r} must be segments like /v1/products/{{id}} without a slash at the end")
    if any(segment.endswith("+}") for segment in segments[:-1]):
        raise ValueError(f"path of route {key!r} may have a {{name+}} parameter at the end only")
    parameters = Counter(segment.strip("{+}") for segment in segments if segment.startswith("{"))
    for name, uses in parameters.items():
        if uses > 1:
            raise ValueError(f"path of route {key!r} must name each parameter once, got {name!r} {uses} times")


def require_distinct(routes: Sequence[Route]) -> None:
    """Check that no two routes of a service catch the same requests.

    Args:
        routes: All routes of the service.

    Raises:
        ValueError: Two routes have the same method and path, whatever their parameters are called, or paths that differ
            by a dot in place of a slash, which give their constructs one id.
    """
    seen: dict[str, Route] = {}
    for route in routes:
        for identity in (route.shape, route.construct_id):
            if identity in seen:
                raise ValueError(f"routes must be distinct, got {seen[identity].key!r} and {route.key!r}")
            seen[identity] = route
