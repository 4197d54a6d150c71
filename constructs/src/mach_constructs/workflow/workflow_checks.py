"""What a workflow's arguments must be to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_events import IEventBus

from mach_constructs.api.authorization import JwtInService
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route
from mach_constructs.api.route_binding import require_authorization
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event, require_contracts
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.stores.store import AttachedStore
from mach_constructs.validation import require_between, require_duration_between
from mach_constructs.workflow.step import Step

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_LARGEST_DEFINITION = 1_048_576
_LONGEST_EXPRESS = Duration.minutes(5)
_LONGEST_STANDARD = Duration.days(365)
# What a reference to another resource may become: an ARN.
_REFERENCE_LENGTH = 256
_STARTING_METHODS = ("POST", "PUT", "PATCH")
_OWN_HANDLER = Route("POST /", public=True).handler


def require_steps(
    compute: LambdaCompute | None,
    steps: Sequence[Step],
    on_failure: str | None,
    stores: Sequence[AttachedStore],
    *,
    has_definition: bool,
) -> None:
    """Check that there are either steps or a definition, and that steps can be told apart.

    Args:
        compute: Where the handlers of steps are.
        steps: The steps, if any.
        on_failure: Handler that hears of failed runs, if any.
        stores: What the handlers may use.
        has_definition: Whether a definition was given.

    Raises:
        ValueError: There are both or neither, steps lack a compute, or two have the same name.
    """
    if bool(steps) == has_definition:
        raise ValueError(f"a workflow must have steps or a definition, got {'both' if steps else 'neither'}")
    if has_definition and (compute is not None or on_failure is not None or stores):
        raise ValueError("compute, on_failure and stores belong to steps: a definition names its functions itself")
    if steps and compute is None:
        raise ValueError(f"steps need a compute with their handlers, got none for {steps[0].handler!r}")
    for name, uses in Counter(step.name for step in steps).items():
        if uses > 1:
            raise ValueError(f"steps must have distinct names, got {name!r} {uses} times")


def require_kind(*, express: bool, steps: Sequence[Step], route: Route | None, timeout: Duration | None) -> None:
    """Check what express workflows cannot do.

    Args:
        express: Whether it is one.
        steps: The steps, if any.
        route: What starts it, if a route does.
        timeout: Of the whole execution, if it has any.

    Raises:
        ValueError: An express workflow has steps, a route or more than five minutes.
    """
    if timeout is not None:
        longest = _LONGEST_EXPRESS if express else _LONGEST_STANDARD
        require_duration_between("timeout", timeout, Duration.seconds(1), longest)
    if express and steps:
        raise ValueError(
            "steps need a standard workflow, got express=True: an express execution may run twice, or end after five "
            "minutes with nothing undone"
        )
    if express and route is not None:
        raise ValueError(
            f"route needs a standard workflow, got express=True for {route.key!r}: an express execution can be started "
            "twice and cannot be asked how it fares"
        )


def require_watching(slow: Duration, tolerated_failures: int) -> None:
    """Check when alarms shall sound.

    Args:
        slow: How long an execution should take at most.
        tolerated_failures: Failed executions in five minutes that sound no alarm.

    Raises:
        ValueError: One is out of range.
    """
    require_duration_between("slow", slow, Duration.seconds(1), _LONGEST_STANDARD)
    require_between("tolerated_failures", tolerated_failures, 0, 1_000_000)


def require_start(
    mesh: EventMesh | IEventBus | None,
    started_by: Sequence[Event],
    front: HttpFront | None,
    route: Route | None,
    delivery: Delivery | None,
    *,
    whole_event: bool,
) -> None:
    """Check what starts a workflow.

    Args:
        mesh: Where events come from, if any.
        started_by: Which ones.
        front: Where the route is added, if any.
        route: The route.
        delivery: How the queue hands events over, if it is said.
        whole_event: Whether an execution gets the whole event.

    Raises:
        ValueError: Events lack a mesh or are invalid, something is said of events where there are none, or the route
            lacks a front, does not start anything, names a handler, or is to be authorized by the service, whose code
            does not see the request.
    """
    require_contracts("started_by", started_by)
    if started_by and mesh is None:
        raise ValueError(f"started_by needs a mesh, got none for {started_by[0].detail_type!r}")
    for argument, said in (("delivery", delivery is not None), ("whole_event", whole_event)):
        if said and not started_by:
            raise ValueError(f"{argument} is for the events that started_by names, got none")
    if route is None:
        return
    if front is None:
        raise ValueError(f"route needs a front to be added to, got none for {route.key!r}")
    if route.method not in _STARTING_METHODS:
        raise ValueError(f"route must be one of {', '.join(_STARTING_METHODS)}, got {route.key!r}")
    if route.handler != _OWN_HANDLER:
        raise ValueError(f"route must not name a handler, since the workflow serves it, got {route.handler!r}")
    require_authorization(front, [route])
    if route.signed or (route.takes_token and isinstance(front.authorization, JwtInService)):
        what = "signatures" if route.signed else f"tokens ({route.access})"
        raise ValueError(
            f"route {route.key!r} takes {what} that are left to the service's code to check, which does not see the "
            "request: let the gateway check tokens, or start the workflow from a handler (grant_start)"
        )


def require_timeout(timeout: Duration | None, longest_seconds: int) -> None:
    """Check that a saga is never cut off while it undoes what it did.

    Args:
        timeout: Of the whole execution, if it has any.
        longest_seconds: How long steps and compensations may take with all their retries.

    Raises:
        ValueError: It is shorter than that.
    """
    if timeout is not None and not timeout.is_unresolved() and timeout.to_seconds() < longest_seconds:
        raise ValueError(
            f"timeout must be at least {longest_seconds} seconds, which steps and compensations may take with all "
            f"their retries, got {int(timeout.to_seconds())}: nothing is undone in an execution that times out"
        )


def require_size(machine: sfn.StateMachine) -> None:
    """Check the size of a state machine's definition.

    Args:
        machine: What was created.

    Raises:
        ValueError: It is over a megabyte.
    """
    resource = machine.node.default_child
    if not isinstance(resource, sfn.CfnStateMachine):
        return
    size = _length(Stack.of(machine).resolve(resource.definition_string))
    if size > _LARGEST_DEFINITION:
        raise ValueError(f"definition must be at most {_LARGEST_DEFINITION} characters, got {size}")


def _length(resolved: object) -> int:
    if isinstance(resolved, str):
        return len(resolved)
    if isinstance(resolved, dict) and "Fn::Join" in resolved:
        return sum(len(part) if isinstance(part, str) else _REFERENCE_LENGTH for part in resolved["Fn::Join"][1])
    return 0
