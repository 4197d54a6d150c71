"""A saga as a state machine: its way there and back, what it may do, what starts it, what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    Delivery,
    DynamoDbStore,
    EventContract,
    EventMesh,
    FunctionOptions,
    HttpFront,
    JwtAtGateway,
    LambdaCompute,
    Microservice,
    Retry,
    Route,
    Step,
    Workflow,
)
from tests.policy_packs import add_every_pack

CHECKOUT = LambdaCompute(Path(__file__).parent / "fixtures" / "checkout")
RESERVE = Step("reserve", handler="reserve.handler", compensation="release.handler")
PAY = Step("pay", handler="pay.handler", compensation="refund.handler")
CONFIRM = Step("confirm", handler="confirm.handler")
SAGA = [RESERVE, PAY, CONFIRM]


def definition_of(template: Template) -> dict[str, Any]:
    """The state machine, with the handler's logical id for each function."""
    (machine,) = template.find_resources("AWS::StepFunctions::StateMachine").values()
    text = machine["Properties"]["DefinitionString"]
    if isinstance(text, dict):
        text = "".join(
            part if isinstance(part, str) else part.get("Ref", "") or _handler(part) for part in text["Fn::Join"][1]
        )
    definition: dict[str, Any] = json.loads(text)
    return definition


def _handler(reference: dict[str, list[str]]) -> str:
    return reference["Fn::GetAtt"][0].removeprefix("CheckoutFunctions")


def way(states: dict[str, Any], state: str) -> list[str]:
    """The states from this one on, when nothing fails."""
    passed = []
    while state:
        passed.append(state)
        state = states[state].get("Next", states[state].get("Default", ""))
    return passed


def caught(state: dict[str, Any]) -> dict[str, str]:
    return {error: catcher["Next"] for catcher in state["Catch"] for error in catcher["ErrorEquals"]}


def test_steps_run_in_order_and_are_undone_in_reverse(stack: Stack) -> None:
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA)
    definition = definition_of(Template.from_stack(stack))
    states = definition["States"]
    assert way(states, definition["StartAt"]) == ["Begin", "reserve", "pay", "confirm"]
    assert states["confirm"]["End"] is True
    assert way(states, "Undo pay") == ["Undo pay", "Undo reserve", "All undone", "Failed"]
    assert caught(states["confirm"])["States.ALL"] == "Undo pay"
    assert caught(states["pay"])["States.ALL"] == "Undo reserve"
    assert caught(states["reserve"])["States.ALL"] == "All undone"


@pytest.mark.parametrize(
    "error", ["States.Timeout", "Sandbox.Timedout", "Runtime.ExitError", "Lambda.Unknown", "States.DataLimitExceeded"]
)
def test_a_step_without_an_answer_is_undone_itself(stack: Stack, error: str) -> None:
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA)
    states = definition_of(Template.from_stack(stack))["States"]
    assert caught(states["pay"])[error] == "Undo pay"
    assert list(caught(states["pay"]))[-1] == "States.ALL"
    assert caught(states["confirm"])["States.DataLimitExceeded"] == "Undo pay"


def test_what_cannot_be_undone_does_not_keep_the_rest_from_being_undone(stack: Stack) -> None:
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA)
    states = definition_of(Template.from_stack(stack))["States"]
    assert states["Undo pay"]["Catch"][-1] == {
        "ErrorEquals": ["States.ALL"],
        "ResultPath": "$.compensation_failures.pay",
        "Next": "Undo reserve",
    }
    assert states["All undone"]["Choices"] == [
        {"Variable": f"$.compensation_failures.{name}", "IsPresent": True, "Next": "Compensation failed"}
        for name in ("reserve", "pay")
    ]
    assert states["Compensation failed"]["Error"] == "CompensationFailed"
    assert states["Undo pay"]["Retry"][0]["MaxAttempts"] == 6


def test_a_task_outlasts_its_function_and_names_its_effect(stack: Stack) -> None:
    compute = LambdaCompute(CHECKOUT.folder, handlers={"pay.handler": FunctionOptions(timeout=Duration.seconds(40))})
    steps = [Step("reserve", handler="reserve.handler", timeout=Duration.seconds(20)), PAY, CONFIRM]
    workflow = Workflow(stack, "Checkout", compute=compute, steps=steps)
    states = definition_of(Template.from_stack(stack))["States"]
    assert [states[name]["TimeoutSeconds"] for name in ("reserve", "pay", "confirm")] == [35, 55, 75]
    assert [workflow.functions[f"{name}.handler"].timeout.to_seconds() for name in ("reserve", "pay")] == [20, 40]
    assert states["pay"]["Parameters"] == {
        "step": "pay",
        "execution.$": "$$.Execution.Name",
        "retries.$": "$$.State.RetryCount",
        "idempotency_key.$": "States.Format('{}/pay', $$.Execution.Name)",
        "input.$": "$.input",
        "results.$": "$.results",
    }
    assert states["pay"]["ResultPath"] == "$.results.pay"
    assert states["Undo pay"]["Parameters"]["failure.$"] == "$.failure"


def test_retries_are_those_of_the_step(stack: Stack) -> None:
    retry = Retry(errors=["Busy"], retries=2)
    Workflow(
        stack,
        "Checkout",
        compute=CHECKOUT,
        steps=[Step("reserve", handler="reserve.handler", retry=[retry, Retry()])],
    )
    states = definition_of(Template.from_stack(stack))["States"]
    assert states["reserve"]["Retry"] == [retry.definition, Retry().definition]


def test_a_handler_hears_of_failure_when_everything_is_undone(stack: Stack) -> None:
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA, on_failure="report.handler")
    states = definition_of(Template.from_stack(stack))["States"]
    assert way(states, "Undo pay") == ["Undo pay", "Undo reserve", "Report failure", "All undone", "Failed"]
    assert caught(states["reserve"])["States.ALL"] == "Report failure"
    assert states["Report failure"]["Parameters"]["compensation_failures.$"] == "$.compensation_failures"


def test_without_compensations_a_failure_is_the_end(stack: Stack) -> None:
    workflow = Workflow(stack, "Checkout", compute=CHECKOUT, steps=[CONFIRM])
    states = definition_of(Template.from_stack(stack))["States"]
    assert caught(states["confirm"])["States.ALL"] == "Failed"
    assert set(states) == {"Begin", "confirm", "Failed"}
    assert workflow.compensation_failures is None


def test_a_role_invokes_the_functions_of_the_steps_and_nothing_else(
    stack: Stack, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA)
    lambda_.Function(
        stack,
        "Other",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
    )
    allowed = granted(Template.from_stack(stack), "CheckoutRole")
    assert sorted(allowed.pop('"*"')) == [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ]
    assert len(allowed) == 5
    for resource, actions in allowed.items():
        assert actions == ["lambda:InvokeFunction"]
        assert "CheckoutFunctions" in resource


def test_a_machine_logs_everything_but_the_data_and_is_traced(stack: Stack) -> None:
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA, log_retention=logs.RetentionDays.ONE_YEAR)
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {
            "StateMachineType": "STANDARD",
            "TracingConfiguration": {"Enabled": True},
            "LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": False, "Destinations": Match.any_value()},
        },
    )
    template.has_resource("AWS::Logs::LogGroup", {"DeletionPolicy": "Retain", "Properties": {"RetentionInDays": 365}})


def test_data_are_logged_and_a_key_is_used_on_request(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    key = kms.Key(stack, "Key")
    Workflow(
        stack,
        "Checkout",
        compute=CHECKOUT,
        steps=SAGA,
        log_execution_data=True,
        encryption_key=key,
        mesh=mesh,
        started_by=[order_placed],
    )
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {
            "EncryptionConfiguration": Match.object_like({"Type": "CUSTOMER_MANAGED_KMS_KEY"}),
            "LoggingConfiguration": Match.object_like({"IncludeExecutionData": True}),
        },
    )
    starter = [
        policy
        for name, policy in template.find_resources("AWS::IAM::Policy").items()
        if name.startswith("CheckoutStartStarter")
    ]
    assert '["kms:Decrypt", "kms:GenerateDataKey"]' in json.dumps(starter)


def test_alarms(stack: Stack) -> None:
    workflow = Workflow(
        stack, "Checkout", compute=CHECKOUT, steps=SAGA, tolerated_failures=4, slow=Duration.seconds(90)
    )
    template = Template.from_stack(stack)
    for metric, threshold in (
        ("ExecutionsFailed", 5),
        ("ExecutionsTimedOut", 1),
        ("ExecutionThrottled", 1),
        ("ExecutionTime", 90_000),
    ):
        template.has_resource_properties(
            "AWS::CloudWatch::Alarm", {"Namespace": "AWS/States", "MetricName": metric, "Threshold": threshold}
        )
    template.has_resource_properties(
        "AWS::Logs::MetricFilter",
        {"FilterPattern": '{ ($.type = "FailStateEntered") && ($.details.name = "Compensation failed") }'},
    )
    template.has_resource_properties("AWS::CloudWatch::Alarm", {"Namespace": "MachConstructs/Workflow", "Threshold": 1})
    assert {alarm.node.id for alarm in workflow.alarms} >= {
        "FailedAlarm",
        "TimedOutAlarm",
        "ThrottledAlarm",
        "SlowAlarm",
        "CompensationFailedAlarm",
        "ErrorsAlarm",
    }


def test_steps_use_the_stores_of_their_service(
    stack: Stack, orders: LambdaCompute, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    service = Microservice(stack, "Orders", compute=orders, store=DynamoDbStore(partition_key="pk"))
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=[RESERVE], stores=service.stores)
    for handler in ("Reserve", "Release"):
        allowed = granted(Template.from_stack(stack), f"CheckoutFunctions{handler}")
        assert any("OrdersTable" in resource and "dynamodb:PutItem" in actions for resource, actions in allowed.items())


def test_events_start_an_execution_each_through_a_queue(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    granted: Callable[[Template, str], dict[str, list[str]]],
) -> None:
    workflow = Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA, mesh=mesh, started_by=[order_placed])
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Events::Rule", {"EventPattern": Match.object_like({"source": ["shop.orders"]})}
    )
    template.has_resource_properties(
        "AWS::Lambda::EventSourceMapping", {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    )
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "starter.handler.handler",
            "Environment": {
                "Variables": Match.object_like(
                    {"INPUT": "detail", "STATE_MACHINE_ARN": {"Ref": Match.string_like_regexp("StateMachine")}}
                )
            },
        },
    )
    allowed = granted(template, "CheckoutStartStarter")
    states = {resource: actions for resource, actions in allowed.items() if "states:" in json.dumps(actions)}
    assert sorted(states.values()) == [["states:DescribeExecution"], ["states:StartExecution"]]
    (executions,) = (resource for resource, actions in states.items() if actions == ["states:DescribeExecution"])
    assert ":execution:" in executions
    assert "StateMachine" in executions
    assert workflow.start is not None
    assert workflow.start.subscription is not None
    assert set(workflow.start.subscription.alarms) <= set(workflow.alarms)


def test_a_route_starts_an_execution_and_tells_how_it_fares(stack: Stack, front: HttpFront) -> None:
    workflow = Workflow(
        stack,
        "Checkout",
        compute=CHECKOUT,
        steps=SAGA,
        front=front,
        route=Route("POST /v1/checkouts", public=True),
    )
    assert workflow.start is not None
    assert list(workflow.start.routes) == ["POST /v1/checkouts", "GET /v1/checkouts/{execution_id}"]
    assert workflow.start.subscription is None
    template = Template.from_stack(stack)
    for key in workflow.start.routes:
        template.has_resource_properties("AWS::ApiGatewayV2::Route", {"RouteKey": key})


def test_a_handler_may_be_allowed_to_start_it(
    stack: Stack, orders: LambdaCompute, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    service = Microservice(stack, "Orders", compute=orders, store=DynamoDbStore(partition_key="pk"))
    workflow = Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA)
    principal = lambda_.Function(
        stack,
        "Starter",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
    )
    assert workflow.grant_start(principal).success
    allowed = granted(Template.from_stack(stack), "StarterServiceRole")
    assert list(allowed.values()) == [["states:StartExecution"]]
    assert workflow.start is None
    assert service.stores


def test_only_a_refusal_says_that_nothing_happened(stack: Stack) -> None:
    class StockGoneError(Exception):
        pass

    pay = Step("pay", handler="pay.handler", compensation="refund.handler", refusals=[StockGoneError, "CardDeclined"])
    Workflow(stack, "Checkout", compute=CHECKOUT, steps=[RESERVE, pay])
    catch = definition_of(Template.from_stack(stack))["States"]["pay"]["Catch"]
    assert [(rule["ErrorEquals"], rule["Next"]) for rule in catch] == [
        (["StockGoneError", "CardDeclined"], "Undo reserve"),
        (["States.DataLimitExceeded"], "Undo pay"),
        (["States.ALL"], "Undo pay"),
    ]


@pytest.mark.parametrize("refusals", [[], "StockGone", ["States.ALL"]])
def test_refusals_are_named_one_by_one(refusals: Any) -> None:
    with pytest.raises(ValueError, match="refusals of step 'pay' must be a sequence of at least one class or name"):
        Step("pay", handler="pay.handler", compensation="refund.handler", refusals=refusals)
    with pytest.raises(ValueError, match="refusals of step 'pay' need a compensation"):
        Step("pay", handler="pay.handler", refusals=["StockGone"])


def test_a_step_may_wait_for_a_callback(stack: Stack) -> None:
    approve = Step("approve", handler="confirm.handler", callback_timeout=Duration.hours(12))
    workflow = Workflow(stack, "Checkout", compute=CHECKOUT, steps=[RESERVE, approve])
    template = Template.from_stack(stack)
    state = definition_of(template)["States"]["approve"]
    assert state["Resource"].endswith(":states:::lambda:invoke.waitForTaskToken")
    assert state["TimeoutSeconds"] == 12 * 60 * 60
    assert state["Parameters"]["FunctionName"].startswith("ConfirmFunction")
    payload = state["Parameters"]["Payload"]
    assert payload["task_token.$"] == "$$.Task.Token"
    assert (payload["step"], payload["input.$"]) == ("approve", "$.input")
    assert "task_token.$" not in definition_of(template)["States"]["reserve"]["Parameters"]
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": [
                    {
                        "Action": ["states:SendTaskFailure", "states:SendTaskSuccess"],
                        "Effect": "Allow",
                        "Resource": stack.resolve(workflow.state_machine.state_machine_arn),
                    }
                ]
            },
            "Roles": Match.array_with([Match.object_like({"Ref": Match.string_like_regexp("Confirm")})]),
        },
    )


def test_who_calls_back_is_allowed_nothing_else(
    stack: Stack, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    workflow = Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA)
    role = iam.Role(stack, "Merchant", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    assert workflow.grant_callback(role).success
    template = Template.from_stack(stack)
    assert list(granted(template, "Merchant").values()) == [["states:SendTaskFailure", "states:SendTaskSuccess"]]
    # Nobody waits here, so no step may call back.
    template.resource_properties_count_is("AWS::IAM::Policy", {"PolicyName": Match.string_like_regexp("Callbacks")}, 0)


def test_a_saga_must_leave_room_for_its_callbacks(stack: Stack) -> None:
    approve = Step("approve", handler="confirm.handler", callback_timeout=Duration.hours(12))
    with pytest.raises(ValueError, match="timeout must be at least 1728"):
        Workflow(stack, "Checkout", compute=CHECKOUT, steps=[approve], timeout=Duration.hours(12))


@pytest.mark.parametrize("seconds", [59, 31_536_001])
def test_a_callback_is_awaited_for_a_minute_to_a_year(seconds: int) -> None:
    with pytest.raises(
        ValueError, match=f"callback_timeout of step 'a' must be between 60 and 31536000 seconds, got {seconds}"
    ):
        Step("a", handler="a.handler", callback_timeout=Duration.seconds(seconds))


def test_a_definition_of_ones_own(stack: Stack) -> None:
    chain = sfn.Pass(stack, "Pass").next(sfn.Succeed(stack, "Succeed"))
    workflow = Workflow(stack, "Checkout", definition=chain, express=True, timeout=Duration.minutes(5))
    Template.from_stack(stack).has_resource_properties(
        "AWS::StepFunctions::StateMachine", {"StateMachineType": "EXPRESS"}
    )
    assert dict(workflow.functions) == {}


POST = Route("POST /v1/checkouts", public=True)


class Unversioned:
    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "OrderPlaced"
    version: ClassVar[int] = 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "a workflow must have steps or a definition, got neither"),
        ({"steps": SAGA}, "steps need a compute with their handlers, got none for 'reserve.handler'"),
        ({"compute": CHECKOUT, "steps": [CONFIRM, PAY, CONFIRM]}, "must have distinct names, got 'confirm' 2 times"),
        (
            {"compute": CHECKOUT, "steps": [Step("x", handler="ship.handler")]},
            "handler 'ship.handler' needs the file",
        ),
        (
            {
                "compute": CHECKOUT,
                "steps": [
                    Step("one", handler="pay.handler", timeout=Duration.seconds(5)),
                    Step("two", handler="pay.handler", timeout=Duration.seconds(6)),
                ],
            },
            "timeout of handler 'pay.handler' must be the same in every step, got 5 and 6 seconds",
        ),
        ({"compute": CHECKOUT, "steps": SAGA, "express": True}, "steps need a standard workflow, got express=True"),
        (
            {"compute": CHECKOUT, "steps": [CONFIRM], "timeout": Duration.seconds(306)},
            "timeout must be at least 307 seconds, which steps and compensations may take with all their retries, "
            "got 306",
        ),
        (
            {"compute": CHECKOUT, "steps": SAGA, "timeout": Duration.days(366)},
            "timeout must be between 1 and 31536000 seconds, got 31622400",
        ),
        ({"compute": CHECKOUT, "steps": SAGA, "slow": Duration.seconds(0)}, "slow must be between 1 and 31536000"),
        ({"compute": CHECKOUT, "steps": SAGA, "tolerated_failures": -1}, "tolerated_failures must be between 0 and"),
        ({"compute": CHECKOUT, "steps": SAGA, "service_name": " "}, "service_name must not be empty, got ' '"),
        ({"compute": CHECKOUT, "steps": SAGA, "delivery": Delivery()}, "delivery is for the events that started_by"),
        ({"compute": CHECKOUT, "steps": SAGA, "whole_event": True}, "whole_event is for the events that started_by"),
        ({"compute": CHECKOUT, "steps": SAGA, "route": POST}, "route needs a front to be added to, got none for 'POST"),
        (
            {"compute": CHECKOUT, "steps": SAGA, "started_by": [Unversioned]},
            "version of Unversioned in started_by must be at least 1, got 0",
        ),
    ],
)
def test_invalid_arguments_are_refused(stack: Stack, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Workflow(stack, "Checkout", **arguments)


def test_a_definition_excludes_what_belongs_to_steps(stack: Stack, front: HttpFront) -> None:
    definition = sfn.DefinitionBody.from_string('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    with pytest.raises(ValueError, match="a workflow must have steps or a definition, got both"):
        Workflow(stack, "A", definition=definition, compute=CHECKOUT, steps=SAGA)
    with pytest.raises(ValueError, match="compute, on_failure and stores belong to steps"):
        Workflow(stack, "B", definition=definition, on_failure="report.handler")
    store = DynamoDbStore(partition_key="pk").attach(stack, outbox=False)
    with pytest.raises(ValueError, match="compute, on_failure and stores belong to steps"):
        Workflow(stack, "E", definition=definition, stores=[store])
    with pytest.raises(ValueError, match="timeout must be between 1 and 300 seconds, got 301"):
        Workflow(stack, "C", definition=definition, express=True, timeout=Duration.seconds(301))
    with pytest.raises(ValueError, match="route needs a standard workflow, got express=True for 'POST /v1/checkouts'"):
        Workflow(stack, "D", definition=definition, express=True, front=front, route=POST)


def test_a_definition_over_a_megabyte_is_refused(stack: Stack) -> None:
    text = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "x" * 1_048_576}}})
    with pytest.raises(ValueError, match=f"definition must be at most 1048576 characters, got {len(text)}"):
        Workflow(stack, "Checkout", definition=sfn.DefinitionBody.from_string(text))


def test_events_need_a_mesh(stack: Stack, order_placed: type[EventContract]) -> None:
    with pytest.raises(ValueError, match="started_by needs a mesh, got none for 'OrderPlaced'"):
        Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA, started_by=[order_placed])


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (Route("GET /v1/checkouts", public=True), "route must be one of POST, PUT, PATCH, got 'GET /v1/checkouts'"),
        (
            Route("POST /v1/checkouts", public=True, handler="start.handler"),
            "route must not name a handler, since the workflow serves it, got 'start.handler'",
        ),
        (
            Route("POST /v1/checkouts", scopes=["checkout"]),
            r"route 'POST /v1/checkouts' takes tokens \(scopes\) that are left to the service's code to check",
        ),
        (
            Route("POST /v1/checkouts", customer=True),
            r"route 'POST /v1/checkouts' takes tokens \(customer\) that are left to the service's code to check",
        ),
        (
            Route("POST /v1/checkouts", signed=True),
            "route 'POST /v1/checkouts' takes signatures that are left to the service's code to check",
        ),
    ],
)
def test_a_route_that_would_not_start_anything_safely_is_refused(
    stack: Stack, front: HttpFront, route: Route, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Workflow(stack, "Checkout", compute=CHECKOUT, steps=SAGA, front=front, route=route)


def compose(app: App, event: type[EventContract]) -> None:
    platform, stack = Stack(app, "Platform"), Stack(app, "Service")
    front = HttpFront(
        platform, "Front", authorization=JwtAtGateway(issuer="https://issuer.example", client_ids=["till"])
    )
    service = Microservice(stack, "Orders", compute=CHECKOUT, store=DynamoDbStore(partition_key="pk"))
    Workflow(
        stack,
        "Checkout",
        compute=CHECKOUT,
        steps=SAGA,
        stores=service.stores,
        on_failure="report.handler",
        mesh=EventMesh(platform, "Mesh"),
        started_by=[event],
        front=front,
        route=Route("POST /v1/checkouts", scopes=["checkout"]),
        encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
    )
    Workflow(stack, "Own", definition=sfn.Succeed(stack, "Succeed"), express=True)


@pytest.mark.long
def test_no_checker_has_a_finding_that_is_not_acknowledged(
    new_app: Callable[..., App], order_placed: type[EventContract]
) -> None:
    app = new_app(validator=True)
    add_every_pack(app)
    compose(app, order_placed)
    app.synth()  # raises on a finding of a pack or of CloudFormation's rules
