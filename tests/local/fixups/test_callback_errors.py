import json
import time

from .conftest import ROLE, RunningServer

CODE = """
class StockGone(Exception):
    pass

def handler(event, context):
    raise StockGone("sold out")
"""


def outcome(aws: RunningServer) -> tuple[str, str]:
    """How a step ends that waits five seconds for a callback of a function that fails."""
    aws.function("fails", CODE)  # makes the role as well
    machines = aws.client("stepfunctions")
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "fails", "Payload": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 5,
        "End": True,
    }
    machine = machines.create_state_machine(
        name="waits",
        definition=json.dumps({"StartAt": "Wait", "States": {"Wait": state}}),
        roleArn=ROLE,
    )
    arn = machines.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    while (execution := machines.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.1)
    return execution["status"], execution["error"]


def test_a_function_that_fails_fails_its_task(fixed: RunningServer) -> None:
    assert outcome(fixed) == ("FAILED", "StockGone")


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert outcome(plain)[1] == "States.Timeout"
