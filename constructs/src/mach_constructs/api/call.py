"""A route of another service that a service calls."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import KW_ONLY, dataclass

from mach_constructs.api.existing_front import AnyFront
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route, require_route_key


@dataclass(frozen=True)
class Call:
    """A route of another service on the same front: `Microservice(calls=[Call(…)])`, or its key alone.

    Who calls from a VPC needs a way to the internet, such as NAT: the API's name leads there.

    Attributes:
        key: Method and path as the other service declares them, such as "PUT /v1/reservations/{id}". A parameter
            becomes `*` in the grant, which in IAM matches slashes too: what else of the API lies under that path may
            then be called by that method, unless it is no `iam` route.
        handlers: Which handlers of the service call it; all of them when none are named.

    Raises:
        ValueError: The key is malformed.

    Example:
        Call("PUT /v1/reservations/{id}", handlers=["api.handler"])
    """

    key: str
    _: KW_ONLY
    handlers: Sequence[str] = ()

    def __post_init__(self) -> None:
        require_route_key("call", self.key)
        if isinstance(self.handlers, str):
            raise ValueError(f"handlers of call {self.key!r} must be a sequence of texts, got {self.handlers!r}")

    @property
    def shape(self) -> str:
        """The key with nameless parameters, as a route's."""
        return Route(self.key, iam=True).shape

    @property
    def resource(self) -> str:
        """Method and path as an ARN of `execute-api` ends, such as "PUT/v1/reservations/*"."""
        method, _, path = self.key.partition(" ")
        return method + re.sub(r"\{[^}]*\}", "*", path)


def calls_of(
    calls: Sequence[str | Call], *, front: AnyFront | None, routes: Sequence[Route], handlers: Collection[str]
) -> tuple[Call, ...]:
    """Give what a service calls, checked: they have an API to go to, lead out of the service, and are somebody's.

    Args:
        calls: Keys of routes, or calls.
        front: The API, if there is one.
        routes: The service's own routes.
        handlers: The service's handlers.

    Raises:
        ValueError: A key is malformed, two mean the same route, one is of the service's own, there is no API or one
            that asks callers for certificates, or there is no handler that would call.
    """
    if isinstance(calls, str):
        raise ValueError(f"calls must be a sequence of route keys, got {calls!r}")
    own = {route.shape for route in routes}
    seen: dict[str, Call] = {}
    for call in (call if isinstance(call, Call) else Call(call) for call in calls):
        _require_reachable(front, call)
        if call.shape in own:
            raise ValueError(f"calls must be of other services' routes, got {call.key!r}, which is the service's own")
        if call.shape in seen:
            raise ValueError(f"calls must be distinct, got {seen[call.shape].key!r} and {call.key!r}")
        strangers = [handler for handler in call.handlers if handler not in handlers]
        if strangers or not handlers:
            raise ValueError(
                f"handlers of call {call.key!r} must be of {', '.join(handlers) or 'the service, which has none'}, got "
                f"{strangers[0] if strangers else 'none'!r}"
            )
        seen[call.shape] = call
    return tuple(seen.values())


def _require_reachable(front: AnyFront | None, call: Call) -> None:
    if front is None:
        raise ValueError(f"calls need a front that they go to, got none for {call.key!r}")
    if isinstance(front, HttpFront) and front.domain is not None and front.domain.mutual_tls is not None:
        raise ValueError(
            f"calls need a front that asks for no certificates, which services do not have, got {front.node.path} with "
            f"mutual_tls for {call.key!r}"
        )
