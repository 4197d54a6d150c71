"""Webhooks of the payment simulator on their way through a real queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import boto3
import pytest

from payment_simulator import back_off, webhooks
from tests.services.conftest import REGION
from tests.services.payments.shop import CONTEXT, Shop, eventbridge_message

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


@pytest.fixture
def queues(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SQSClient]:
    client = boto3.client(
        "sqs", region_name=REGION, endpoint_url=emulator, aws_access_key_id="test", aws_secret_access_key="test"
    )
    monkeypatch.setattr(back_off, "queues", lambda: client)
    yield client
    client.close()


def test_what_is_not_taken_rests_and_what_is_taken_does_not(shop: Shop, queues: SQSClient) -> None:
    name = f"webhooks-{uuid4()}"
    url = queues.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    shop.authorize("taken")
    shop.authorize("unknown")
    shop.ours.write(payment_gone("unknown"))
    for message in shop.outbox(shop.theirs):
        queues.send_message(QueueUrl=url, MessageBody=eventbridge_message(message))
    received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    records = [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "eventSourceARN": f"arn:aws:sqs:{REGION}:000000000000:{name}",
        }
        for message in received
    ]
    assert len(records) == 2

    failures = webhooks.handler(cast(Any, {"Records": records}), CONTEXT)["batchItemFailures"]

    (failed,) = [record for record in records if "unknown" in str(record["body"])]
    assert failures == [{"itemIdentifier": failed["messageId"]}]
    again = queues.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert [message["MessageId"] for message in again] == [failed["messageId"]]


def payment_gone(payment_id: str) -> Any:
    from store.operations import Delete

    return Delete(pk=f"PAYMENT#{payment_id}", sk="PAYMENT")


def test_a_card_that_answers_twice_sends_each_webhook_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    request = webhooks.merchants.request

    def counted(method: str, url: str, **given: Any) -> Any:
        sent.append(given["body"])
        return request(method, url, **given)

    monkeypatch.setattr(webhooks.merchants, "request", counted)
    shop.authorize("once")
    shop.authorize("twice", token="card_answers_twice")
    assert shop.deliver_webhooks() == []
    assert sorted(json.loads(body)["data"]["reference"] for body in sent) == ["once", "twice", "twice"]


def test_a_merchant_that_is_away_gets_it_later(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.ports import unused_port

    shop.authorize(token="card_challenge")
    with monkeypatch.context() as away:
        away.setenv("WEBHOOK_URL", f"http://127.0.0.1:{unused_port()}/v1/payments/webhooks/payment_simulator")
        assert len(shop.deliver_webhooks()) == 1
    assert shop.deliver_webhooks() == []
