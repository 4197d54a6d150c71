"""A state machine of a service."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_events import IEventBus
from constructs import Construct

from mach_constructs.api.call import Call, calls_of
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.microservice_checks import require_names
from mach_constructs.stores.store import AttachedStore
from mach_constructs.workflow import workflow_checks as checks
from mach_constructs.workflow.state_machine import create_state_machine
from mach_constructs.workflow.step import Step
from mach_constructs.workflow.step_functions import create_step_functions, handlers_of, saga_definition
from mach_constructs.workflow.workflow_alarms import workflow_alarms
from mach_constructs.workflow.workflow_grants import WorkflowGrants
from mach_constructs.workflow.workflow_start import WorkflowStart


class Workflow(WorkflowGrants):
    """A Step Functions state machine of a service: a saga of its handlers, or a definition of your own.

    In a saga the steps run one after another. When one fails for good, the compensations of those that were done run in
    reverse order, the failed step's own first if nobody knows whether it had its effect (it timed out or crashed).
    The execution then fails with the step's error and cause; what could not be undone makes it fail with
    `CompensationFailed` and sounds an alarm of its own.

    Logs every state, without the data unless asked to, traces with X-Ray, and is encrypted. Its role may invoke the
    functions of the steps only. Costs about 25 US dollars per million state transitions, and a function a handler.

    Args:
        scope: Parent construct.
        id: Construct id.
        compute: The service's code, with the handlers of the steps; a function is created for each.
        steps: The saga.
        definition: A definition of your own instead of steps: a chain of states or a `DefinitionBody`.
        stores: What the handlers may read and write, such as `service.stores`.
        on_failure: Handler that hears of a failed run after everything was undone; it gets `failure` and
            `compensation_failures`.
        mesh: Where events come from.
        started_by: Events that start an execution each, with their detail as input.
        whole_event: Whether the input is the whole event instead.
        delivery: How the queue in between hands events over.
        front: The API that the route is added to and calls go to.
        route: A route whose requests start an execution, with `data` (the JSON body) and `metadata` as input. It
            answers 202 with a `Location` that tells how the execution fares; an `Idempotency-Key` starts one only, for
            90 days.
        calls: Routes of other services that the handlers call, as a `Microservice` names them.
        express: Whether it is an express workflow: at least once, five minutes at most, with a definition of your own.
        timeout: How long an execution may take, up to a year; of a saga at least as long as everything in it may take.
        slow: How long an execution should take at most; longer ones sound an alarm.
        tolerated_failures: Failed executions in five minutes that sound no alarm.
        log_execution_data: Whether input and output of states are logged too; they may be personal data.
        log_retention: How long logs are kept.
        encryption_key: A key of yours instead of one of AWS.
        service_name: Name in logs; that of `compute` by default.
        log_level: Least level that the functions log.

    Raises:
        ValueError: Arguments contradict each other, steps share a name, or a number is out of range.

    Example:
        Workflow(
            self,
            "Checkout",
            compute=LambdaCompute("lambdas/checkout"),
            steps=[
                Step("reserve", handler="reserve.handler", compensation="release.handler"),
                Step("pay", handler="pay.handler", compensation="refund.handler", retry=Retry(errors=[PaymentTimeout])),
                Step("confirm", handler="confirm.handler"),
            ],
            stores=service.stores,
            front=front,
            route=Route("POST /v1/checkouts", public=True),
        )
    """

    role: iam.Role
    """What it may do."""
    log_group: logs.LogGroup
    """What it logs."""
    start: WorkflowStart | None
    """What starts executions; None when neither events nor a route do."""
    compensation_failures: logs.MetricFilter | None
    """Counts the executions that could not undo everything; None when nothing is ever undone."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Every alarm of the workflow and its functions."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: LambdaCompute | None = None,
        steps: Sequence[Step] = (),
        definition: sfn.IChainable | sfn.DefinitionBody | None = None,
        stores: Sequence[AttachedStore] = (),
        on_failure: str | None = None,
        mesh: EventMesh | IEventBus | None = None,
        started_by: Sequence[Event] = (),
        whole_event: bool = False,
        delivery: Delivery | None = None,
        front: HttpFront | None = None,
        route: Route | None = None,
        calls: Sequence[str | Call] = (),
        express: bool = False,
        timeout: Duration | None = None,
        slow: Duration = Duration.minutes(5),  # noqa: B008 (a Duration is immutable)
        tolerated_failures: int = 0,
        log_execution_data: bool = False,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        encryption_key: kms.IKey | None = None,
        service_name: str | None = None,
        log_level: str = "INFO",
    ) -> None:
        checks.require_steps(compute, steps, on_failure, stores, has_definition=definition is not None)
        checks.require_kind(express=express, steps=steps, route=route, timeout=timeout)
        checks.require_start(mesh, started_by, front, route, delivery, whole_event=whole_event)
        checks.require_watching(slow, tolerated_failures)
        name = service_name if service_name is not None else compute.name if compute is not None else id.lower()
        require_names(name, log_level)
        handlers = handlers_of(compute, steps, on_failure)
        called = calls_of(calls, front=front, routes=[route] if route else [], handlers=handlers)
        super().__init__(scope, id)
        self.encryption_key = encryption_key
        self.functions = create_step_functions(
            self,
            compute=compute,
            handlers=handlers,
            stores=stores,
            front=front,
            calls=called,
            service_name=name,
            log_level=log_level,
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        self.log_group = logs.LogGroup(self, "Logs", retention=log_retention, removal_policy=RemovalPolicy.RETAIN)
        self.state_machine = create_state_machine(
            self,
            definition=definition or saga_definition(self.functions, self.role, steps, on_failure, timeout),
            role=self.role,
            log_group=self.log_group,
            express=express,
            timeout=timeout,
            log_execution_data=log_execution_data,
            encryption_key=encryption_key,
        )
        self.start = None
        if started_by or route is not None:
            self.start = WorkflowStart(
                self,
                "Start",
                machine=self.state_machine,
                encryption_key=encryption_key,
                mesh=mesh,
                started_by=started_by,
                whole_event=whole_event,
                delivery=delivery,
                front=front,
                route=route,
                service_name=name,
                log_retention=log_retention,
            )
        if any(step.callback_timeout is not None for step in steps):
            self._let_steps_call_back()
        self.compensation_failures, self.alarms = workflow_alarms(
            self, self.state_machine, self.log_group, steps, tolerated_failures=tolerated_failures, slow=slow
        )
        for part in (*self.functions.values(), *((self.start,) if self.start else ())):
            self.alarms += part.alarms
