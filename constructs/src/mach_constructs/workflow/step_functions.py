"""The functions behind the steps of a workflow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from mach_constructs.api.call import Call
from mach_constructs.api.http_front import HttpFront
from mach_constructs.compute.compute import HandlerUse
from mach_constructs.compute.function_options import FunctionOptions
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.compute.workloads import create_workloads
from mach_constructs.stores.store import AttachedStore
from mach_constructs.workflow.callee import Callee
from mach_constructs.workflow.saga import Saga
from mach_constructs.workflow.step import Step
from mach_constructs.workflow.workflow_checks import require_timeout

_TIMEOUT = Duration.minutes(1)


def handlers_of(
    compute: LambdaCompute | None, steps: Sequence[Step], on_failure: str | None
) -> Mapping[str, Duration | None]:
    """Give every handler of a workflow, each once, with the timeout that its steps ask for.

    Args:
        compute: Where the handlers are.
        steps: The steps.
        on_failure: Handler that hears of failed runs, if any.

    Returns:
        Handlers in the order they are named; None where nothing is asked for.

    Raises:
        ValueError: A handler is missing, or two steps ask for different timeouts of one.
    """
    timeouts: dict[str, Duration | None] = {}
    for handler, timeout in _uses(steps, on_failure):
        if compute is not None:
            compute.require_handler(handler)
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
    compute: LambdaCompute | None,
    handlers: Mapping[str, Duration | None],
    stores: Sequence[AttachedStore],
    front: HttpFront | None,
    calls: Sequence[Call],
    service_name: str,
    log_level: str,
) -> Mapping[str, ServiceFunction]:
    """Create a function for each handler and grant it the stores.

    Args:
        scope: The workflow; the functions are children of its child "Functions".
        compute: The service's code and what it runs on; None when there are no handlers.
        handlers: From `handlers_of`.
        stores: What the functions may use.
        front: The API that calls go to, if there are any.
        calls: What they call of other services.
        service_name: Name in logs and variables.
        log_level: Least level that is logged.

    Returns:
        The functions by handler.
    """
    if compute is None:
        return MappingProxyType({})
    workloads = create_workloads(
        Construct(scope, "Functions"),
        compute=_for_steps(compute, handlers),
        uses=[HandlerUse(handler=handler) for handler in handlers],
        stores=stores,
        front=front,
        calls=calls,
        service_name=service_name,
        log_level=log_level,
    )
    return MappingProxyType({handler: part for handler, part in workloads.items() if isinstance(part, ServiceFunction)})


def saga_definition(
    functions: Mapping[str, ServiceFunction],
    role: iam.Role,
    steps: Sequence[Step],
    on_failure: str | None,
    timeout: Duration | None,
) -> sfn.DefinitionBody:
    """Give the definition of a saga, and let its role invoke its functions.

    Args:
        functions: From `create_step_functions`.
        role: The state machine's.
        steps: The steps.
        on_failure: Handler that hears of failed runs, if any.
        timeout: Of the whole execution, if it has any.

    Returns:
        The definition.

    Raises:
        ValueError: The timeout leaves no room for all that may happen.
    """
    callees = {
        handler: Callee(arn=part.invoked.function_arn, timeout_seconds=int(part.timeout.to_seconds()))
        for handler, part in functions.items()
    }
    waiting = f"arn:{Aws.PARTITION}:states:::lambda:invoke.waitForTaskToken"
    saga = Saga(steps=steps, callees=callees, on_failure=on_failure, waiting=waiting)
    require_timeout(timeout, saga.longest_seconds)
    iam.Grant.add_to_principal(
        grantee=role, actions=["lambda:InvokeFunction"], resource_arns=[callee.arn for callee in callees.values()]
    ).assert_success()
    return sfn.DefinitionBody.from_string(json.dumps(saga.definition))


def _for_steps(compute: LambdaCompute, handlers: Mapping[str, Duration | None]) -> LambdaCompute:
    options = {handler: compute.handlers.get(handler, FunctionOptions()) for handler in handlers}
    return replace(
        compute,
        handlers={
            handler: replace(options[handler], timeout=timeout or compute.options(handler).timeout or _TIMEOUT)
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
