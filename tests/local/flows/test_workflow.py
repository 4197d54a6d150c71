"""Sagas run: there, and back from every step."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from aws_cdk import DefaultStackSynthesizer, Duration, Stack

from mach_constructs import ANY_ERROR, EventMesh, HttpFront, LambdaCompute, Retry, Route, Step, Workflow
from tests import cdk_app
from tests.local.fixups.conftest import RunningServer

from .conftest import FIXTURES, OrderPlaced, deploy_stack, eventually, put_event

SOON = Retry(errors=[ANY_ERROR], retries=1, jitter=False)
STEPS = [
    Step(
        "reserve",
        handler="reserve.handler",
        compensation="release.handler",
        compensation_retry=SOON,
        timeout=Duration.seconds(3),
    ),
    Step(
        "pay",
        handler="pay.handler",
        compensation="refund.handler",
        retry=Retry(errors=["BusyError"], retries=2, jitter=False, backoff=1),
        compensation_retry=SOON,
        timeout=Duration.seconds(3),
    ),
    Step("confirm", handler="confirm.handler", compensation="withdraw.handler", compensation_retry=SOON),
]


class Saga:
    """A deployed workflow."""

    def __init__(self, aws: RunningServer, resources: Mapping[str, str]) -> None:
        self.aws, self.resources = aws, resources
        (self.machine,) = (arn for arn in resources.values() if ":stateMachine:" in arn)

    def run(self, name: str, **errors: list[str]) -> dict[str, Any]:
        """Runs it to its end."""
        machines = self.aws.client("stepfunctions")
        arn = machines.start_execution(
            stateMachineArn=self.machine, name=name, input=json.dumps({"data": {"errors": errors}, "metadata": {}})
        )["executionArn"]
        return self.end(arn)

    def end(self, arn: str) -> dict[str, Any]:
        machines = self.aws.client("stepfunctions")

        def ended() -> dict[str, Any] | None:
            execution: dict[str, Any] = machines.describe_execution(executionArn=arn)
            return None if execution["status"] == "RUNNING" else execution

        execution: dict[str, Any] = eventually(ended, seconds=60)
        events = machines.get_execution_history(executionArn=arn, maxResults=500)["events"]
        execution["entered"] = [
            event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
        ]
        return execution


@pytest.fixture(scope="module")
def saga(aws: RunningServer) -> Saga:
    stack = Stack(cdk_app.new_app(), "Saga", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
    mesh = EventMesh(stack, "Mesh")
    Workflow(
        stack,
        "Checkout",
        compute=LambdaCompute(FIXTURES / "checkout"),
        steps=STEPS,
        on_failure="report.handler",
        mesh=mesh,
        started_by=[OrderPlaced],
        front=HttpFront(stack, "Front"),
        route=Route("POST /v1/checkouts", public=True),
    )
    return Saga(aws, deploy_stack(aws, stack))


def test_every_step_is_taken_once_and_sees_the_results_of_those_before(saga: Saga) -> None:
    execution = saga.run("happy")
    assert execution["status"] == "SUCCEEDED"
    assert execution["entered"] == ["Begin", "reserve", "pay", "confirm"]
    assert json.loads(execution["output"])["results"] == {
        name: {"part": name, "key": f"happy/{name}", "attempt": "1"} for name in ("reserve", "pay", "confirm")
    }


@pytest.mark.parametrize(
    ("failing", "undone"),
    [("reserve", []), ("pay", ["Undo reserve"]), ("confirm", ["Undo pay", "Undo reserve"])],
)
def test_what_was_done_is_undone_in_reverse(saga: Saga, failing: str, undone: list[str]) -> None:
    execution = saga.run(f"fails-at-{failing}", **{failing: ["StockGoneError"]})
    done = ["reserve", "pay", "confirm"]
    assert execution["status"] == "FAILED"
    assert execution["error"] == "StockGoneError"
    assert failing in execution["cause"]
    assert execution["entered"] == [
        "Begin",
        *done[: done.index(failing) + 1],
        *undone,
        "Report failure",
        "All undone",
        "Failed",
    ]


def test_a_step_is_tried_again_with_the_same_key(saga: Saga) -> None:
    execution = saga.run("busy", pay=["BusyError", "BusyError"])
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["results"]["pay"] == {"part": "pay", "key": "busy/pay", "attempt": "3"}


def test_a_step_that_stays_busy_fails(saga: Saga) -> None:
    execution = saga.run("too-busy", pay=["BusyError"] * 3)
    assert (execution["status"], execution["error"]) == ("FAILED", "BusyError")
    assert execution["entered"][3:] == ["Undo reserve", "Report failure", "All undone", "Failed"]


def test_an_error_that_is_not_to_be_tried_again_is_not(saga: Saga) -> None:
    execution = saga.run("gone", pay=["StockGoneError"])
    assert execution["error"] == "StockGoneError"


def test_a_compensation_is_tried_again(saga: Saga) -> None:
    execution = saga.run("undone-late", confirm=["StockGoneError"], refund=["BusyError"])
    assert (execution["status"], execution["error"]) == ("FAILED", "StockGoneError")
    assert execution["entered"][-3:] == ["Report failure", "All undone", "Failed"]


def test_what_cannot_be_undone_is_told_and_the_rest_is_undone(saga: Saga) -> None:
    execution = saga.run("not-undone", confirm=["StockGoneError"], refund=["BusyError", "BusyError"])
    assert (execution["status"], execution["error"]) == ("FAILED", "CompensationFailed")
    assert list(json.loads(execution["cause"])) == ["pay"]
    assert execution["entered"][4:] == [
        "Undo pay",
        "Undo reserve",
        "Report failure",
        "All undone",
        "Compensation failed",
    ]


def test_a_step_that_times_out_is_undone_itself(saga: Saga) -> None:
    execution = saga.run("hangs", pay=["hang"])
    assert execution["status"] == "FAILED"
    assert execution["entered"] == [
        "Begin",
        "reserve",
        "pay",
        "Undo pay",
        "Undo reserve",
        "Report failure",
        "All undone",
        "Failed",
    ]


def test_an_event_starts_one_execution_however_often_it_comes(saga: Saga) -> None:
    (bus,) = (value for name, value in saga.resources.items() if name.startswith("MeshBus"))
    arn = saga.machine.replace(":stateMachine:", ":execution:") + ":event-order-7"
    for _ in range(3):
        put_event(saga.aws, bus, {"id": "7"}, event_id="order-7")
    machines = saga.aws.client("stepfunctions")

    def started() -> bool:
        found = machines.list_executions(stateMachineArn=saga.machine)["executions"]
        return any(execution["executionArn"] == arn for execution in found)

    eventually(started)
    execution = saga.end(arn)
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["input"])["data"] == {"id": "7"}
    (queue,) = (url for name, url in saga.resources.items() if "SubscriptionQueue" in name and url.startswith("http"))
    queues = saga.aws.client("sqs")

    def empty() -> bool:
        attributes = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return attributes["ApproximateNumberOfMessages"] == attributes["ApproximateNumberOfMessagesNotVisible"] == "0"

    eventually(empty)
    found = machines.list_executions(stateMachineArn=saga.machine)["executions"]
    assert len([one for one in found if one["name"].startswith("event-")]) == 1


@pytest.fixture
def api(saga: Saga) -> Iterator[httpx.Client]:
    (api_id,) = (value for name, value in saga.resources.items() if re.fullmatch("FrontApi[0-9A-F]{8}", name))
    url = f"http://127.0.0.1:{saga.aws.port}/_aws/execute-api/{api_id}/$default"
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_a_request_starts_an_execution_and_is_told_how_it_fares(api: httpx.Client) -> None:
    answer = api.post("/v1/checkouts", json={"errors": {"pay": ["StockGoneError"]}})
    assert answer.status_code == 202
    assert answer.json()["status"] == "running"
    assert answer.headers["location"] == f"/v1/checkouts/{answer.json()['id']}"

    def ended() -> httpx.Response | None:
        status = api.get(answer.headers["location"])
        assert status.status_code == 200
        return None if status.json()["status"] == "running" else status

    status = eventually(ended)
    assert status.json() == {"id": answer.json()["id"], "status": "failed", "error": "StockGoneError"}


def test_a_key_starts_one_execution(saga: Saga, api: httpx.Client) -> None:
    key = {"idempotency-key": "4f1c"}
    first = api.post("/v1/checkouts", json={"cart": "1"}, headers=key)
    again = api.post("/v1/checkouts", json={"cart": "1"}, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    saga.end(saga.machine.replace(":stateMachine:", ":execution:") + ":" + first.json()["id"])
    later = api.post("/v1/checkouts", json={"cart": "1"}, headers=key)
    assert (later.status_code, later.json()["id"]) == (202, first.json()["id"])
    other = api.post("/v1/checkouts", json={"cart": "2"}, headers=key)
    assert other.status_code == 422
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["detail"] == "This Idempotency-Key was used with another request."


def test_without_a_key_each_request_starts_an_execution(api: httpx.Client) -> None:
    ids = {api.post("/v1/checkouts", json={"cart": "1"}).json()["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("body", "headers", "status", "detail"),
    [
        ("{", {}, 400, "The body must be JSON."),
        ('{"a": NaN}', {}, 400, "The body must be JSON."),
        ("[" * 20_000, {}, 400, "The body must be JSON."),
        ("[1]", {}, 400, "The body must be a JSON object."),
        ("", {}, 400, "The body must be JSON."),
        ("{}", {"content-type": "text/plain"}, 415, "The body must be application/json."),
        ('{"a": "' + "x" * 262_144 + '"}', {}, 413, "The body must be at most 256 KiB."),
        ("{}", {"idempotency-key": "k" * 256}, 400, "The Idempotency-Key must be at most 255 characters."),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(
    api: httpx.Client, body: str, headers: dict[str, str], status: int, detail: str
) -> None:
    answer = api.post("/v1/checkouts", content=body, headers={"content-type": "application/json", **headers})
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["request-nobody", "happy", "a%20b"])
def test_an_execution_that_no_request_started_is_not_found(saga: Saga, api: httpx.Client, name: str) -> None:
    if name == "happy":
        saga.run("happy-for-status")
        name = "happy-for-status"
    assert api.get(f"/v1/checkouts/{name}").status_code == 404


@pytest.fixture(scope="module")
def waiting(aws: RunningServer) -> Saga:
    stack = Stack(
        cdk_app.new_app(), "Waiting", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    )
    Workflow(
        stack,
        "Checkout",
        compute=LambdaCompute(FIXTURES / "checkout"),
        steps=[
            Step("reserve", handler="reserve.handler", compensation="release.handler", compensation_retry=SOON),
            Step("approve", handler="approve.handler", callback_timeout=Duration.minutes(1)),
        ],
    )
    return Saga(aws, deploy_stack(aws, stack))


def token_of(saga: Saga, name: str) -> str:
    """The token that the handler printed for an execution."""
    (group,) = (value for key, value in saga.resources.items() if "ApproveLogGroup" in key)

    def printed() -> str | None:
        events = saga.aws.client("logs").filter_log_events(logGroupName=group, filterPattern="token")["events"]
        found = [match[1] for event in events if (match := re.search(rf"token {name} (\S+)", event["message"]))]
        return found[-1] if found else None

    token: str = eventually(printed)
    return token


def start(saga: Saga, name: str, **errors: list[str]) -> str:
    given = json.dumps({"data": {"errors": errors}, "metadata": {}})
    machines = saga.aws.client("stepfunctions")
    arn: str = machines.start_execution(stateMachineArn=saga.machine, name=name, input=given)["executionArn"]
    return arn


def test_a_waiting_step_ends_with_what_it_is_called_back_with(waiting: Saga) -> None:
    arn = start(waiting, "approved")
    machines = waiting.aws.client("stepfunctions")
    token = token_of(waiting, "approved")
    assert machines.describe_execution(executionArn=arn)["status"] == "RUNNING"
    machines.send_task_success(taskToken=token, output='{"by": "ada"}')
    assert json.loads(waiting.end(arn)["output"])["results"]["approve"] == {"by": "ada"}


def test_a_waiting_step_that_is_refused_is_compensated(waiting: Saga) -> None:
    arn = start(waiting, "refused")
    token = token_of(waiting, "refused")
    waiting.aws.client("stepfunctions").send_task_failure(taskToken=token, error="Refused", cause="by ada")
    execution = waiting.end(arn)
    assert (execution["error"], execution["cause"]) == ("Refused", "by ada")
    assert execution["entered"] == ["Begin", "reserve", "approve", "Undo reserve", "All undone", "Failed"]


def test_a_handler_may_answer_itself(waiting: Saga) -> None:
    execution = waiting.end(start(waiting, "at-once", approve=["answer"]))
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert json.loads(execution["output"])["results"]["approve"] == {"by": "itself"}


def test_a_waiting_step_whose_handler_fails_does_not_wait(waiting: Saga) -> None:
    execution = waiting.end(start(waiting, "fails", approve=["StockGoneError"]))
    assert execution["error"] == "StockGoneError"


_STARTER = "CheckoutStartStarterFunction"


class Starter:
    """The function that starts executions, invoked as API Gateway and a queue do."""

    def __init__(self, saga: Saga) -> None:
        self._functions = saga.aws.client("lambda")
        (self._name,) = (found for name, found in saga.resources.items() if name.startswith(_STARTER))

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        answer = self._functions.invoke(FunctionName=self._name, Payload=json.dumps(event).encode())
        result: dict[str, Any] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, result
        return result

    def request(self, subject: str, method: str, path: str, *, key: str = "", body: str = "{}") -> dict[str, Any]:
        headers = {"content-type": "application/json", **({"idempotency-key": key} if key else {})}
        context = {
            "requestId": "r",
            "http": {"method": method, "path": path},
            "authorizer": {"jwt": {"claims": {"sub": subject}}},
        }
        event = {"rawPath": path, "headers": headers, "requestContext": context, "body": body}
        return self({**event, "pathParameters": {"execution_id": path.rpartition("/")[2]} if method == "GET" else {}})


@pytest.fixture
def starter(saga: Saga) -> Starter:
    return Starter(saga)


def test_a_key_is_its_callers_own_and_so_is_the_execution(starter: Starter) -> None:
    hers, his = (starter.request(subject, "POST", "/v1/checkouts", key="1") for subject in ("ann", "bob"))
    assert hers["statusCode"] == his["statusCode"] == 202
    location = hers["headers"]["location"]
    assert location != his["headers"]["location"]
    assert starter.request("ann", "GET", location)["statusCode"] == 200
    assert starter.request("bob", "GET", location)["statusCode"] == 404


@pytest.mark.parametrize("body", ["{", "[]", '{"detail": []}'])
def test_a_message_that_is_no_event_is_given_back_and_holds_up_no_other(
    saga: Saga, starter: Starter, body: str
) -> None:
    event = {"id": "7f", "detail": {"metadata": {"event_id": "beside a bad one"}, "data": {}}}
    records = [{"messageId": "bad", "body": body}, {"messageId": "good", "body": json.dumps(event)}]
    assert starter({"Records": records}) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    name = "event-" + hashlib.sha256(b"beside a bad one").hexdigest()
    saga.end(saga.machine.replace(":stateMachine:", ":execution:") + ":" + name)


def test_two_events_of_one_id_are_a_mistake(starter: Starter) -> None:
    def record(message: str, data: dict[str, str]) -> dict[str, str]:
        event = {"id": "7f", "detail": {"metadata": {"event_id": "taken"}, "data": data}}
        return {"messageId": message, "body": json.dumps(event)}

    records = [record("first", {"a": "1"}), record("again", {"a": "1"}), record("other", {"a": "2"})]
    assert starter({"Records": records}) == {"batchItemFailures": [{"itemIdentifier": "other"}]}
