from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.local.fixups.conftest import RunningServer

PATH = "/_storefront/faults"
CODE = """
import json, os
import boto3

table = boto3.client("dynamodb")

def handler(event, context):
    times = table.update_item(
        TableName="counted", Key={"pk": {"S": event["who"]}}, UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="ALL_NEW",
    )
    return {"times": int(times["Attributes"]["times"]["N"])}
"""


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path_factory.mktemp("faults"), with_fixups=True)
    key = {"AttributeName": "pk"}
    server.client("dynamodb").create_table(
        TableName="counted",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{**key, "KeyType": "HASH"}],
        AttributeDefinitions=[{**key, "AttributeType": "S"}],
    )
    yield server
    server.stop()


@pytest.fixture(scope="session")
def count(aws: RunningServer) -> Callable[..., Any]:
    """Give a function that counts how often it ran."""
    invoke = aws.function("Counter", CODE)
    allowed = {"Effect": "Allow", "Action": "dynamodb:UpdateItem", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    aws.client("iam").put_role_policy(RoleName="function", PolicyName="counts", PolicyDocument=policy)
    return invoke


@pytest.fixture
def faults(aws: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{aws.port}") as client:
        yield client
        client.delete(PATH)
