"""The payments service and its provider, as those see them who call."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import httpx

from store.table import Table
from tests.services.payments.payments import AMOUNT

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
USD = {"currency": "USD", "amount": AMOUNT}


def body(*, token: str = "card_ok", **fields: object) -> dict[str, object]:
    """What is authorized."""
    return {"checkout_id": "c-1", "order_id": "o-1", "amount": USD, "method": {"token": token}, **fields}


@dataclass(kw_only=True)
class Shop:
    """Calls of the payments service's clients, and of the provider's queue.

    Attributes:
        client: of both services, with a merchant's token.
        ours: the payments service's table.
        theirs: the provider's table.
    """

    client: httpx.Client
    ours: Table
    theirs: Table
    control_plane: ControlPlane
    delivered: set[str] = field(default_factory=set)

    def authorize(self, payment_id: str = "p-1", **fields: Any) -> httpx.Response:
        return self.client.put(f"/v1/payments/{payment_id}", json=body(**fields))

    def capture(self, payment_id: str = "p-1") -> httpx.Response:
        return self.client.post(f"/v1/payments/{payment_id}/capture")

    def void(self, payment_id: str = "p-1") -> httpx.Response:
        return self.client.post(f"/v1/payments/{payment_id}/void")

    def refund(self, key: str | None, amount: int | None = None, payment_id: str = "p-1") -> httpx.Response:
        asked = {} if amount is None else {"amount": USD | {"amount": amount}}
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.client.post(f"/v1/payments/{payment_id}/refunds", json=asked, headers=headers)

    def sweep(self, *, minutes: float) -> dict[str, int]:
        """Let the provider be asked as it would be so many minutes from now; give what came of it."""
        from payments import process
        from payments.sweeping import sweep

        now = datetime.now(UTC) + timedelta(minutes=minutes)
        return dict(sweep(process.waiting_payments(), process.processing("sweep"), now=now))

    def payment(self, payment_id: str = "p-1") -> dict[str, Any]:
        answer = self.client.get(f"/v1/payments/{payment_id}")
        assert answer.status_code == 200
        return cast(dict[str, Any], answer.json())

    def balances(self) -> dict[str, int]:
        items = self.client.get("/v1/ledger/balances").json()["items"]
        assert sum(item["debits"] for item in items) == sum(item["credits"] for item in items)
        return {item["account"]: item["balance"] for item in items}

    def outbox(self, table: Table) -> list[dict[str, Any]]:
        """The events of a table, in the order in which they happened."""
        items = self.control_plane.scan(TableName=table.name, ConsistentRead=True)["Items"]
        messages = [json.loads(item["outbox_event"]["S"]) for item in items if "outbox_event" in item]
        return sorted(messages, key=lambda message: str(message["time"]))

    def told(self) -> list[str]:
        return [message["detail_type"] for message in self.outbox(self.ours)]

    def wait_for_the_provider(self) -> None:
        """Wait until the provider has something to tell."""
        deadline = time.monotonic() + 20
        while not self.outbox(self.theirs):
            assert time.monotonic() < deadline, "the provider has nothing to tell"
            time.sleep(0.02)

    def deliver_webhooks(self) -> list[str]:
        """Let the provider send what it has not sent so far; give what failed."""
        from payment_simulator import webhooks

        records = [
            {"messageId": message["detail"]["metadata"]["event_id"], "body": eventbridge_message(message)}
            for message in self.outbox(self.theirs)
            if message["detail"]["metadata"]["event_id"] not in self.delivered
        ]
        failed = webhooks.application({"Records": cast(Any, records)}, CONTEXT)["batchItemFailures"]
        refused = {failure["itemIdentifier"] for failure in failed}
        self.delivered |= {str(record["messageId"]) for record in records} - refused
        return sorted(refused)


def eventbridge_message(message: Mapping[str, Any]) -> str:
    """What EventBridge makes of an outbox item."""
    return json.dumps({"source": message["source"], "detail-type": message["detail_type"], "detail": message["detail"]})
