"""A picture's content: parts and arrows, read from templates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docs.pictures.kinds import Category, Kind, is_shown, kind_of
from docs.pictures.resources import Key, Resources, Template

# An arrow for each resource of such a type: from what one property names to what another does.
_ARROWS = {
    "AWS::ApiGatewayV2::Route": ("ApiId", "Target"),
    "AWS::Events::Rule": ("EventBusName", "Targets"),
    "AWS::Lambda::EventSourceMapping": ("EventSourceArn", "FunctionName"),
    "AWS::SNS::Subscription": ("TopicArn", "Endpoint"),
}
_OVERVIEW = frozenset({Category.API, Category.COMPUTE, Category.MESSAGING, Category.STORE, Category.WORKFLOW})
_TAKING = ("sqs:ReceiveMessage", "dynamodb:GetRecords", "kinesis:GetRecords")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A resource, or several alike.

    Attributes:
        key: Stack and logical id (of the first one).
        name: What tells it from its like; empty when nothing does.
        kind: What it is.
        count: How many it stands for.
    """

    key: Key
    name: str
    kind: Kind
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """What goes from one part to another.

    Attributes:
        source: Where it starts.
        target: Where it ends.
        labels: What goes there, one a line.
        dashed: Whether it is not the main way: a stream, a failure, a mere reference.
    """

    source: Key
    target: Key
    labels: tuple[str, ...] = ()
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A picture's content.

    Attributes:
        parts: What is shown.
        arrows: Between the parts, each pair once. The key `("", title)` of no part is a group.
        groups: The title of the group that a part is in, of those that are in one.
    """

    parts: Sequence[Part]
    arrows: Sequence[Arrow]
    groups: Mapping[Key, str] = field(default_factory=dict)


def graph_of(
    templates: Mapping[str, Template], *, overview: bool = False, made: Callable[[Key], bool] = lambda _: True
) -> Graph:
    """The graph of an app.

    Args:
        templates: Each stack's template by the stack's name.
        overview: Only the ways of requests, data and events: no dead letters, no alarms, nothing without an arrow.
        made: Whether a resource is what the picture is about; others are shown where an arrow reaches them.
    """
    resources = Resources(templates)
    shown = {
        key: kind_of(resource["Type"])
        for key, resource in resources.all.items()
        if is_shown(resource["Type"]) and not (overview and key in resources.dead_letters)
    }
    if overview:
        shown = {key: kind for key, kind in shown.items() if kind.category in _OVERVIEW}
    arrows = _joined(
        arrow
        for arrow in _arrows(resources)
        if arrow.source in shown and arrow.target in shown and (made(arrow.source) or made(arrow.target))
    )
    connected = {key for arrow in arrows for key in (arrow.source, arrow.target)}
    parts = [
        Part(key=key, name=_name(key, resources), kind=kind)
        for key, kind in shown.items()
        if key in connected or (made(key) and not overview)
    ]
    gathered = _gathered(parts, connected)
    return Graph(parts=gathered, arrows=arrows, groups={part.key: part.key[0] for part in gathered})


def _arrows(resources: Resources) -> Iterator[Arrow]:
    for resource_type, (source_name, target_name) in _ARROWS.items():
        for (stack, _), properties in resources.of_type(resource_type):
            for source in resources.meant(stack, properties.get(source_name)):
                for target in _targets(resources, stack, properties.get(target_name)):
                    streams = resource_type == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in properties
                    labels = ("stream",) if streams else _labels(properties)
                    yield Arrow(source=source, target=target, labels=labels, dashed=streams)
    yield from _permissions(resources)
    yield from _references(resources)


def _targets(resources: Resources, stack: str, value: object) -> Iterator[Key]:
    if isinstance(value, list):
        # A rule's targets: not their roles, and not where failures go.
        value = [target.get("Arn") if isinstance(target, Mapping) else target for target in value]
    yield from resources.meant(stack, value)


def _labels(properties: Mapping[str, Any]) -> tuple[str, ...]:
    if "RouteKey" in properties:
        return (str(properties["RouteKey"]).replace("$default", "anything else"),)
    pattern = properties.get("EventPattern")
    if isinstance(pattern, Mapping):
        return tuple(str(name) for name in pattern.get("detail-type", []) if isinstance(name, str))
    return ()


def _permissions(resources: Resources) -> Iterator[Arrow]:
    """Who may do something with a resource does it."""
    for (stack, _), properties in resources.of_type("AWS::IAM::Policy"):
        for role in resources.referred(stack, properties.get("Roles")):
            bearer = resources.bearers.get(role)
            if bearer is None:
                continue
            for statement in properties["PolicyDocument"]["Statement"]:
                actions = statement.get("Action", [])
                takes = any(action in _TAKING for action in ([actions] if isinstance(actions, str) else actions))
                for resource in resources.meant(stack, statement.get("Resource")):
                    if resources.all[resource]["Type"] == "AWS::Logs::LogGroup":
                        continue
                    if not takes:
                        yield Arrow(source=bearer, target=resource, dashed=resource in resources.dead_letters)
                    elif resources.all[bearer]["Type"] == "AWS::ECS::Service":
                        yield Arrow(source=resource, target=bearer)


def _references(resources: Resources) -> Iterator[Arrow]:
    """What a resource names in its own properties; of functions their permissions say it better."""
    for key, resource in resources.all.items():
        if kind_of(resource["Type"]).category in (Category.COMPUTE, Category.OBSERVABILITY):
            continue
        for target in resources.meant(key[0], resource.get("Properties", {})):
            if target != key and resources.all[target]["Type"] not in ("AWS::EC2::VPC", "AWS::Logs::LogGroup"):
                yield Arrow(source=key, target=target, dashed=True)


def _joined(arrows: Iterator[Arrow]) -> list[Arrow]:
    """One arrow a pair: the labels of all, and a reference only where nothing flows already, either way."""
    found: dict[tuple[Key, Key], Arrow] = {}
    for arrow in arrows:
        pair = (arrow.source, arrow.target)
        known = found.get(pair)
        if arrow.source == arrow.target or (arrow.dashed and not arrow.labels and (known or pair[::-1] in found)):
            continue
        labels = dict.fromkeys((*(known.labels if known else ()), *arrow.labels))
        dashed = arrow.dashed and (known is None or known.dashed)
        found[pair] = Arrow(source=arrow.source, target=arrow.target, labels=tuple(labels), dashed=dashed)
    return list(found.values())


def _gathered(parts: Sequence[Part], connected: set[Key]) -> list[Part]:
    """The parts, several of a kind that no arrow tells apart as one."""
    found: dict[object, Part] = {}
    for part in parts:
        identity = part.key if part.key in connected else (part.key[0], part.kind)
        known = found.get(identity)
        found[identity] = (
            part if known is None else Part(key=known.key, name="", kind=known.kind, count=known.count + 1)
        )
    return list(found.values())


def _name(key: Key, resources: Resources) -> str:
    resource = resources.all[key]
    if resource["Type"] == "AWS::Lambda::Function":
        package, module, *_ = (*str(resource["Properties"].get("Handler", "")).split("."), "")
        return package.replace("_", " ") if module in ("handler", "") else module
    if key in resources.dead_letters:
        return "dead letters"
    return ""
