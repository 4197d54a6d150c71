"""What the starter asks of Step Functions."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from mach_constructs.workflow.starter import executions

MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:checkout"
STARTED = {
    "executionArn": MACHINE.replace(":stateMachine:", ":execution:") + ":event-1",
    "startDate": "2026-01-01T00:00:00Z",
}
ASKED = {"stateMachineArn": MACHINE, "name": "event-1", "input": '{"data":{}}'}


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """The starter's client, which sends nothing; the local AWS does not say under which trace an execution runs."""
    client = boto3.client(
        "stepfunctions", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    monkeypatch.setattr(executions, "_machine", lambda: client)
    monkeypatch.setenv("STATE_MACHINE_ARN", MACHINE)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_an_execution_goes_on_with_the_trace_of_what_starts_it(
    step_functions: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    step_functions.add_response("start_execution", STARTED, {**ASKED, "traceHeader": trace})

    executions.start("event-1", {"data": {}})


@pytest.mark.parametrize("variable", [None, ""])
def test_an_execution_begins_its_own_trace_when_nothing_is_traced(
    step_functions: Stubber, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    if variable is not None:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", variable)
    step_functions.add_response("start_execution", STARTED, ASKED)

    executions.start("event-1", {"data": {}})
