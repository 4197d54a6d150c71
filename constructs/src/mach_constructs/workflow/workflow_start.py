"""What starts a workflow: events of a mesh, a route, or both, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_events import IEventBus
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge_wildcard
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route
from mach_constructs.api.route_binding import add_routes
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.subscription import Subscription

_CODE = Path(__file__).parent / "starter"
_TIMEOUT = Duration.seconds(20)


class WorkflowStart(Construct):
    """Starts the executions of a workflow; each event and each `Idempotency-Key` starts one, however often it comes.

    A rule could start executions itself, but names them anew each time it delivers an event, and EventBridge may do so
    twice; so a queue and a function stand between, which name an execution after the event (`metadata.event_id`). Step
    Functions refuses a second one of a name for 90 days.

    Args:
        scope: The workflow.
        id: Construct id.
        machine: What is started.
        encryption_key: What encrypts it, if a key of yours does.
        mesh: Where events come from, if any.
        started_by: Which events.
        whole_event: Whether the input is the whole event rather than its detail.
        delivery: How the queue hands events over.
        front: The API, if there is a route.
        route: What starts an execution by request.
        service_name: Name in logs.
        log_retention: How long the function's logs are kept.

    Example:
        workflow = Workflow(
            self,
            "Checkout",
            compute=LambdaCompute("lambdas/checkout"),
            steps=[Step("reserve", handler="reserve.handler")],
            mesh=mesh,
            started_by=[CheckoutRequested],
        )
        if workflow.start is not None:
            workflow.start.starter.alarms[0].add_alarm_action(cloudwatch_actions.SnsAction(topic))
    """

    starter: ServiceFunction
    """The function that starts executions."""
    subscription: Subscription | None
    """How events come in; None when none start the workflow."""
    routes: Mapping[str, apigwv2.HttpRoute]
    """The route that starts an execution and the one that tells how it fares, by key."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        machine: sfn.StateMachine,
        encryption_key: kms.IKey | None,
        mesh: EventMesh | IEventBus | None,
        started_by: Sequence[Event],
        whole_event: bool,
        delivery: Delivery | None,
        front: HttpFront | None,
        route: Route | None,
        service_name: str,
        log_retention: logs.RetentionDays,
    ) -> None:
        super().__init__(scope, id)
        self.starter = ServiceFunction(
            self,
            "Starter",
            compute=LambdaCompute(_CODE, memory=256, log_retention=log_retention),
            handler="handler.handler",
            description=f"Starts the workflow of {service_name}",
            default_timeout=_TIMEOUT,
            environment={
                "SERVICE_NAME": service_name,
                "STATE_MACHINE_ARN": machine.state_machine_arn,
                "INPUT": "event" if whole_event else "detail",
            },
        )
        self._grant(machine, encryption_key)
        self.subscription = (
            Subscription(
                self,
                "Subscription",
                mesh=mesh,
                events=started_by,
                workload=self.starter,
                delivery=delivery,
            )
            if mesh is not None and started_by
            else None
        )
        self.routes = MappingProxyType({})
        if front is not None and route is not None:
            status = replace(route, key=f"GET {route.path.rstrip('/')}/{{execution_id}}")
            self.routes = add_routes(self.starter, front=front, routes=[route, status], workload=self.starter)

    @property
    def alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """Alarms on the function and on events that start nothing."""
        return (*self.starter.alarms, *(self.subscription.alarms if self.subscription else ()))

    def _grant(self, machine: sfn.StateMachine, encryption_key: kms.IKey | None) -> None:
        role = self.starter.role
        iam.Grant.add_to_principal(
            grantee=role, actions=["states:StartExecution"], resource_arns=[machine.state_machine_arn]
        ).assert_success()
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        iam.Grant.add_to_principal(
            grantee=role, actions=["states:DescribeExecution"], resource_arns=[executions]
        ).assert_success()
        if encryption_key is not None:
            iam.Grant.add_to_principal_or_resource(
                grantee=role,
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resource_arns=[encryption_key.key_arn],
                resource=encryption_key,
            ).assert_success()
        acknowledge_wildcard(
            role, executions, reason="The star stands for the executions of this one state machine, told apart by name."
        )
