"""Which route a request takes, by the rules of API Gateway's HTTP APIs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, kw_only=True)
class Match:
    """A route that was found.

    Attributes:
        route_key: Such as "GET /v1/orders/{id}".
        parameters: What stood in the place of `{id}`, decoded.
    """

    route_key: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class _Route:
    key: str
    method: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    order: tuple[tuple[int, ...], int]


class RouteTable:
    """Finds the most specific route of a request.

    A full match beats one with `{parameters}`, which beats one that ends in `{name+}`; segment by segment from the
    left. A named method beats ANY, and `$default` takes what is left.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html

    Args:
        keys: Route keys such as "GET /v1/orders/{id}", "ANY /v1/{rest+}" or "$default".
    """

    def __init__(self, keys: Iterable[str]) -> None:
        keys = list(keys)
        self._has_default = "$default" in keys
        self._routes = sorted((_route(key) for key in keys if key != "$default"), key=lambda route: route.order)

    def find(self, method: str, path: str) -> Match | None:
        """Give the route of a request, or None.

        Args:
            method: In capitals.
            path: As sent, percent-encoded.
        """
        for route in self._routes:
            if route.method not in ("ANY", method):
                continue
            found = route.pattern.fullmatch(path)
            if found is not None:
                values = (unquote(value) for value in found.groups())
                return Match(route_key=route.key, parameters=dict(zip(route.names, values, strict=True)))
        return Match(route_key="$default", parameters={}) if self._has_default else None


def _route(key: str) -> _Route:
    method, _, path = key.partition(" ")
    pattern, names, order = "", [], []
    for segment in path.split("/")[1:]:
        if segment.startswith("{"):
            greedy = segment.endswith("+}")
            names.append(segment.strip("{+}"))
            pattern += "/(.+)" if greedy else "/([^/]+)"
            order.append(2 if greedy else 1)
        else:
            pattern += "/" + re.escape(segment)
            order.append(0)
    return _Route(key, method, re.compile(pattern), tuple(names), (tuple(order), int(method == "ANY")))
