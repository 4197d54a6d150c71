"""The provider's webhooks are lost for good: it is asked instead, and every checkout ends as its payment did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from tests.local.deployed.checkout.shop import Shop
from tests.local.deployed.storefront import Storefront

ANSWERS = ("passed", "failed", "passed")
"""To the challenges; one more payer has a card of which the provider says nothing in time."""
STOCK = 5
TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
SWEPT_SECONDS = 150
"""A sweep comes every minute, and dies twice."""
LOOKED_AGAIN_SECONDS = 0.5
"""Looking more often would but keep the processors from the sweep."""


@contextmanager
def lost_webhooks(storefront: Storefront) -> Iterator[None]:
    """Lets no webhook of the provider arrive, ever."""
    functions, sqs = storefront.aws("lambda"), storefront.aws("sqs")
    mappings = functions.get_paginator("list_event_source_mappings").paginate().build_full_result()
    (sender,) = [each for each in mappings["EventSourceMappings"] if "PaymentSimulatorWebhooks" in each["FunctionArn"]]
    queue = sqs.get_queue_url(QueueName=sender["EventSourceArn"].rpartition(":")[2])["QueueUrl"]
    functions.update_event_source_mapping(UUID=sender["UUID"], Enabled=False)
    try:
        yield
    finally:
        sqs.purge_queue(QueueUrl=queue)
        functions.update_event_source_mapping(UUID=sender["UUID"], Enabled=True)


def let_be_asked(storefront: Storefront, table: str, payments: Sequence[str]) -> None:
    """As if these payments of a table had waited for two minutes already, those of them that still wait."""
    now = {":now": {"S": datetime.now(UTC).isoformat(timespec="seconds")}}
    for payment in payments:
        try:
            storefront.aws("dynamodb").update_item(
                TableName=table,
                Key={"pk": {"S": f"PAYMENT#{payment}"}, "sk": {"S": "PAYMENT"}},
                UpdateExpression="SET ask_at = :now",
                ConditionExpression="ask_at > :now",
                ExpressionAttributeValues=now,
            )
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"  # noqa: PT017


def test_each_checkout_ends_as_its_payment_did_though_the_sweep_dies(shop: Shop) -> None:
    sku, sales, storefront = shop.sell(stock=STOCK), shop.sales(), shop.storefront
    table = storefront.physical_id("Payments", "AWS::DynamoDB::GlobalTable", "Payments")
    with ExitStack() as storm:
        storm.enter_context(lost_webhooks(storefront))
        storm.enter_context(storefront.impatient_queues())
        storm.callback(storefront.forget_faults)
        for moment in ("before", "after"):
            storm.enter_context(storefront.killing("Payments-PaymentsEvents", at=TRANSACTION, moment=moment))
        late = shop.begin(shop.cart(sku), token="card_timeout")
        challenged = [shop.begin(shop.cart(sku), token="card_challenge") for _ in ANSWERS]
        checkouts = [*challenged, late]

        def all_of(wanted: Sequence[str], condition: Callable[[dict[str, Any]], bool]) -> bool:
            time.sleep(LOOKED_AGAIN_SECONDS)
            let_be_asked(storefront, table, checkouts)
            return all(condition(shop.read(checkout)) for checkout in wanted)

        # A provider that is slow to say so has that webhook lost too.
        storefront.eventually(
            lambda: all_of(challenged, lambda checkout: "challenge_url" in checkout), within_seconds=SWEPT_SECONDS
        )
        for checkout, answer in zip(challenged, ANSWERS, strict=True):
            shop.answer_challenge(shop.read(checkout)["challenge_url"], answer).raise_for_status()
        storefront.eventually(
            lambda: all_of(checkouts, lambda checkout: checkout["status"] != "processing"),
            within_seconds=SWEPT_SECONDS,
        )

    ended = [shop.read(checkout) for checkout in checkouts]
    assert [one["status"] for one in ended] == ["completed", "failed", "completed", "completed"]
    assert ended[1]["problem"]["type"].endswith(":payment-declined")
    assert [shop.payment(checkout)["status"] for checkout in checkouts] == ["captured", "declined"] + ["captured"] * 2
    shop.assert_it_adds_up(sku, [ended[0], *ended[2:]], stock=STOCK, sales=sales)
