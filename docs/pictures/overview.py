"""An app at a glance: what clients call, what services call, what they tell each other; a service is one part."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from docs.pictures.graph import Arrow, Graph, Part, graph_of
from docs.pictures.kinds import Category, Kind
from docs.pictures.resources import Key, Resources, Template

# Beyond, arrows to one service hide all the others: then it says how many call it.
_MOST_CALLERS_DRAWN = 3
_CLIENTS, _API, _BUS = ("", "clients"), ("", "api"), ("", "bus")
_STAGE = "/$default/"


@dataclass(frozen=True, kw_only=True)
class _Service:
    stack: str
    routes: int
    keeps: tuple[str, ...]
    publishes: bool
    hears: bool

    @property
    def key(self) -> Key:
        return ("service", self.stack)

    @property
    def group(self) -> str:
        """What it does with the API and the bus: what is alike stands together, and one arrow is for all of it."""
        ways = {"answers": self.routes > 0, "publishes": self.publishes, "hears": self.hears}
        return ", ".join(way for way, used in ways.items() if used)


def at_a_glance(templates: Mapping[str, Template]) -> Graph:
    """Clients, the API, the bus and a part a service, in groups of those that use them alike.

    However many services there are, the API and the bus have an arrow a group, and a service that many call says by how
    many rather than that they have arrows.

    Args:
        templates: Each stack's template by the stack's name; one that neither has routes nor publishes nor hears
            is no service.
    """
    services = list(_services(templates))
    calls = dict.fromkeys(_calls(templates))
    callers = {service.stack: [call for call in calls if call[1] == service.stack] for service in services}
    groups = {service.key: service.group for service in services}
    parts = [
        Part(key=_CLIENTS, name="", kind=Kind("clients", Category.OTHER)),
        Part(key=_API, name="", kind=Kind("HTTP API", Category.API)),
        *(_part(service, len(callers[service.stack])) for service in services),
        Part(key=_BUS, name="", kind=Kind("EventBridge bus", Category.MESSAGING)),
    ]
    few = chain.from_iterable(found for found in callers.values() if len(found) <= _MOST_CALLERS_DRAWN)
    arrows = [Arrow(source=_CLIENTS, target=_API), *_ways(services)]
    arrows += [Arrow(source=("service", caller), target=("service", called)) for caller, called in sorted(few)]
    return Graph(parts=parts, arrows=arrows, groups=groups)


def _services(templates: Mapping[str, Template]) -> Iterator[_Service]:
    graph = graph_of(templates, overview=True)
    kinds = {part.key: part.kind for part in graph.parts}
    shared = {key[0] for key, kind in kinds.items() if kind.title in ("HTTP API", "EventBridge bus")}
    for stack in (stack for stack in templates if stack not in shared):
        coming = [arrow for arrow in graph.arrows if arrow.target[0] == stack]
        routes = sum(len(arrow.labels) for arrow in coming if kinds[arrow.source].title == "HTTP API")
        keeps = dict.fromkeys(
            kind.title
            for key, kind in kinds.items()
            if key[0] == stack and kind.category in (Category.STORE, Category.WORKFLOW)
        )
        service = _Service(
            stack=stack,
            routes=routes,
            keeps=tuple(keeps),
            publishes=any(
                arrow.source[0] == stack and kinds[arrow.target].title == "EventBridge bus" for arrow in graph.arrows
            ),
            hears=any(kinds[arrow.source].title == "EventBridge bus" for arrow in coming),
        )
        if service.group:
            yield service


def _part(service: _Service, callers: int) -> Part:
    has = [f"{service.routes} route{'s' * (service.routes > 1)}"] if service.routes else []
    has += service.keeps
    if callers > _MOST_CALLERS_DRAWN:
        has.append(f"called by {callers}")
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", service.stack).capitalize()
    return Part(key=service.key, name=name, kind=Kind(", ".join(has), Category.COMPUTE))


def _ways(services: list[_Service]) -> Iterator[Arrow]:
    for service in {service.group: service for service in services}.values():
        group = ("", service.group)
        if service.routes:
            yield Arrow(source=_API, target=group)
        if service.publishes:
            yield Arrow(source=group, target=_BUS, dashed=True)
        if service.hears:
            yield Arrow(source=_BUS, target=group, dashed=True)


def _calls(templates: Mapping[str, Template]) -> Iterator[tuple[str, str]]:
    """Which stack may call a route of which other one."""
    resources = Resources(templates)
    routes = {
        re.sub(r"\{[^}]*\}", "*", str(properties["RouteKey"]).replace(" ", "", 1)): stack
        for (stack, _), properties in resources.of_type("AWS::ApiGatewayV2::Route")
    }
    for (stack, _), properties in resources.of_type("AWS::IAM::Policy"):
        for statement in properties["PolicyDocument"]["Statement"]:
            if statement.get("Action") != "execute-api:Invoke":
                continue
            for text in _texts(statement["Resource"]):
                _, stage, route = text.partition(_STAGE)
                if stage and routes.get(route, stack) != stack:
                    yield stack, routes[route]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
