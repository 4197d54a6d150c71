import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.core import iam_evaluator

from local.fixups import parsed_policies

from .conftest import RunningServer


def policy(*actions: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]})


def is_parsed_once(parse: Callable[[str], Any]) -> bool:
    """Whether the second of two equal texts gives what the first gave."""
    first, second = parse(policy("s3:GetObject")), parse(policy("s3:GetObject"))
    assert first == second
    return first is second


def test_a_document_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam_evaluator, "parse_policy_document", iam_evaluator.parse_policy_document)
    parsed_policies.install()

    assert is_parsed_once(iam_evaluator.parse_policy_document)


def test_a_changed_policy_counts_at_once(fixed: RunningServer) -> None:
    users = fixed.client("iam")
    users.create_user(UserName="changed")
    key = users.create_access_key(UserName="changed")["AccessKey"]
    queues = fixed.client("sqs", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])

    for _ in range(2):
        users.put_user_policy(UserName="changed", PolicyName="p", PolicyDocument=policy("sqs:ListQueues"))
        queues.list_queues()
        users.put_user_policy(UserName="changed", PolicyName="p", PolicyDocument=policy("sqs:CreateQueue"))
        with pytest.raises(ClientError, match="AccessDenied"):
            queues.list_queues()


def test_the_emulator_still_needs_this_fix_up() -> None:
    assert not is_parsed_once(iam_evaluator.parse_policy_document)
