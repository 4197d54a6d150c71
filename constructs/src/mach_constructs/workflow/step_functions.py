"""The functions behind the steps of a workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aws_cdk import Duration
from constructs import Construct

from mach_constructs.compute.handler_functions import create_functions
from mach_constructs.compute.lambda_compute import FunctionOptions, LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.stores.store import AttachedStore
from mach_constructs.workflow.saga import Callee
from mach_constructs.workflow.step import Step


def handlers_of(steps: Sequence[Step], on_failure: str | None) -> Mapping[str, Duration | None]:
    """Give every handler of a workflow, each once, with the timeout that its steps ask for.

    Args:
        steps: The steps.
        on_failure: Handler that hears of failed runs, if any.

    Returns:
        Handlers in the order they are named; None where nothing is asked for.

    Raises:
        ValueError: Two steps ask for different timeouts of one handler.
    """
    timeouts: dict[str, Duration | None] = {}
    for handler, timeout in _uses(steps, on_failure):
        known = timeouts.get(handler)
        if known is not None and timeout is not None and known.to_seconds() != timeout.to_seconds():
            raise ValueError(
                f"timeout of handler {handler!r} must be the same in every step, got {int(known.to_seconds())} and "
                f"{int(timeout.to_seconds())} seconds"
            )
        timeouts[handler] = known or timeout
    return timeouts


def create_step_functions(
    scope: Construct,
    *,
    compute: LambdaCompute,
    handlers: Mapping[str, Duration | None],
    stores: Sequence[AttachedStore],
    service_name: str,
    log_level: str,
) -> Mapping[str, ServiceFunction]:
    """Create a function for each handler and grant it the stores.

    Args:
        scope: Parent construct.
        compute: The service's code and what it runs on.
        handlers: From `handlers_of`.
        stores: What the functions may use.
        service_name: Name in logs and variables.
        log_level: Least level that is logged.

    Returns:
        The functions by handler.
    """
    return create_functions(
        scope,
        compute=_for_steps(compute, handlers),
        handlers=dict.fromkeys(handlers, ()),
        stores=stores,
        authorization=None,
        service_name=service_name,
        log_level=log_level,
    )


def callees(functions: Mapping[str, ServiceFunction]) -> Mapping[str, Callee]:
    """Give what a state machine needs to know of the functions."""
    return {
        handler: Callee(arn=part.function.function_arn, timeout_seconds=int(part.timeout.to_seconds()))
        for handler, part in functions.items()
    }


def _for_steps(compute: LambdaCompute, handlers: Mapping[str, Duration | None]) -> LambdaCompute:
    options = {handler: compute.handlers.get(handler, FunctionOptions()) for handler in handlers}
    return replace(
        compute,
        handlers={
            handler: replace(options[handler], timeout=timeout or options[handler].timeout)
            for handler, timeout in handlers.items()
        },
    )


def _uses(steps: Sequence[Step], on_failure: str | None) -> Iterator[tuple[str, Duration | None]]:
    for step in steps:
        yield step.handler, step.timeout
        if step.compensation is not None:
            yield step.compensation, None
    if on_failure is not None:
        yield on_failure, None
