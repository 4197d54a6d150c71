import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ROLE, RunningServer

CODE = """
def handler(event, context):
    print("token", event["token"], flush=True)
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}],
}


def merchant(aws: RunningServer, name: str, *, machine: str) -> Any:
    """Step Functions as somebody uses it who may call back one state machine."""
    roles = aws.client("iam")
    arn = roles.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": machine}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    roles.put_role_policy(RoleName=name, PolicyName="calls-back", PolicyDocument=policy)
    session = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]
    return aws.client(
        "stepfunctions",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def waiting_step(aws: RunningServer, name: str) -> tuple[str, str, str]:
    """State machine, execution and token of a step that waits."""
    aws.function(name, CODE)
    machines = aws.client("stepfunctions")
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": name, "Payload": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 30,
        "End": True,
    }
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": state}})
    machine = machines.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=machine)["executionArn"]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            events = aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="token")
        except ClientError:
            events = {"events": []}
        if events["events"]:
            return machine, execution, events["events"][0]["message"].split()[-1]
        time.sleep(0.1)
    raise AssertionError("the function did not print its token")


def test_who_may_call_back_a_state_machine_may_call_back_its_steps(fixed: RunningServer) -> None:
    machine, execution, token = waiting_step(fixed, "mine")
    stranger = merchant(fixed, "stranger", machine=f"{machine}-of-another")
    with pytest.raises(ClientError, match="not authorized"):
        stranger.send_task_success(taskToken=token, output="{}")
    merchant(fixed, "owner", machine=machine).send_task_success(taskToken=token, output='{"by": "owner"}')
    machines = fixed.client("stepfunctions")
    while (found := machines.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.1)
    assert json.loads(found["output"]) == {"by": "owner"}


def test_a_step_that_has_ended_waits_for_nobody_and_is_still_known_by_its_token(fixed: RunningServer) -> None:
    machine, execution, token = waiting_step(fixed, "ended")
    owner = merchant(fixed, "late", machine=machine)
    owner.send_task_success(taskToken=token, output="{}")
    machines = fixed.client("stepfunctions")
    while machines.describe_execution(executionArn=execution)["status"] == "RUNNING":
        time.sleep(0.1)
    with pytest.raises(ClientError, match="TaskDoesNotExist"):
        owner.send_task_success(taskToken=token, output="{}")
    stranger = merchant(fixed, "late-stranger", machine=f"{machine}-of-another")
    with pytest.raises(ClientError, match="not authorized"):
        stranger.send_task_success(taskToken=token, output="{}")


def test_the_emulator_still_needs_this_fix_up() -> None:
    from ministack.core import iam_actions

    body = b'{"taskToken": "t", "output": "{}"}'
    assert iam_actions.extract_resource_arn("states", "POST", "/", {}, body, {}, "us-east-1", "0" * 12) == "*"
