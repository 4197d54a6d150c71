"""Every consumer of events and every relay dies, waits, finds no capacity, hears twice or late: nothing is lost.

Those that are struck are the functions that AWS invokes with a queue or a stream, so that a new one is among them. They
serve a shop that has a whole life, and work on an import, an export and a rebuild of the index beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias

import pytest

from tests.local.deployed.consumers.jobs import Jobs
from tests.local.deployed.consumers.life import MAILS, Life
from tests.local.deployed.storefront import Storefront

Fault: TypeAlias = dict[str, Any]

RELAY = "OutboxRelay"
SENDER = "PaymentSimulatorWebhooks"
"""It asks nothing of AWS, only of the shop that it sends to."""
MAILER = "Notifications"
"""What it has claimed to send when it dies stays claimed for two minutes; its own tests have the time for that."""
WORKERS = ("CatalogWork", "SearchRebuildWork")
"""They do jobs in turns, and write in transactions."""
TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
PATIENCE_SECONDS, LATE_SECONDS = 10, 11.0
TURN_SECONDS = 2
"""After it a job is handed over, so that waiting for another job is no failure."""


def is_worker(function: str) -> bool:
    return any(worker in function for worker in WORKERS)


def calls(function: str) -> list[str]:
    """What a function asks of AWS when it does its work."""
    if SENDER in function:
        return []
    return ["AWSEvents.PutEvents" if RELAY in function else "DynamoDB_"]


def deaths(function: str) -> list[Fault]:
    moments = ("before",) if MAILER in function else ("before", "after")
    at_calls = [{"kind": "kill", "moment": moment, "call": call} for call in calls(function) for moment in moments]
    return [*at_calls, {"kind": "kill", "moment": "after"}]


def disorder(function: str) -> list[Fault]:
    starved = [
        {"kind": "throttle", "call": call, "times": 3} for call in calls(function) if call.startswith("DynamoDB_")
    ]
    met = [{"kind": "conflict", "call": TRANSACTION, "times": 3}] if is_worker(function) else []
    return [{"kind": "late"}, {"kind": "repeat"}, *starved, *met]


def delays(function: str) -> list[Fault]:
    return [{"kind": "delay", "call": call, "seconds": LATE_SECONDS} for call in calls(function)]


STORMS: dict[str, Callable[[str], Sequence[Fault]]] = {
    "die before and after a call, and when all is done": deaths,
    "hear what was first last, something twice, and find no capacity": disorder,
    "are answered when their time is over": delays,
}


@pytest.mark.parametrize("faults", STORMS.values(), ids=STORMS.keys())
def test_nothing_is_lost_and_nothing_counts_twice_when_all(
    life: Life, jobs: Jobs, storefront: Storefront, faults: Callable[[str], Sequence[Fault]]
) -> None:
    sales, dead = life.shop.sales(), dead_letters(storefront)
    functions = consumers(storefront)
    life.begin()
    with ExitStack() as storm:
        # Longer than an invocation takes, as a subscription has it, or one event is at several places at once.
        storm.enter_context(storefront.impatient_queues(seconds=PATIENCE_SECONDS + 2))
        storm.enter_context(impatient_functions(storefront, functions))
        storm.callback(storefront.forget_faults)
        for function in functions:
            for fault in faults(function):
                storm.enter_context(storefront.fault(function, **fault))
        life.publish_twice()
        jobs.begin()
        life.buy_twice()
        life.deliver_the_first()
        life.cancel_the_second()
        life.hear_of_it()
        life.forget_the_customer()
        jobs.end()

    assert dead_letters(storefront) == dead
    assert set(life.messages()) == set(MAILS)
    assert life.shop.sales() == sales + life.totals[life.orders[0]]
    assert life.shop.stock(life.sku) == (life.stock_left, 0, life.stock_left)
    assert storefront.found(f"{life.word}old") == []
    jobs.assert_written_and_told_once()


def consumers(storefront: Storefront) -> list[str]:
    """The names of all functions that a queue or a stream invokes with events."""
    pages = storefront.aws("lambda").get_paginator("list_event_source_mappings").paginate()
    arns = {mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]}
    return sorted(arn.rpartition(":")[2] for arn in arns)


def dead_letters(storefront: Storefront) -> Counter[str]:
    """How many events each queue has given up."""
    queues = storefront.aws("sqs")
    urls = [url for url in queues.list_queues()["QueueUrls"] if "DeadLetter" in url]
    name = "ApproximateNumberOfMessages"
    return Counter(
        {url: int(queues.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]) for url in urls}
    )


@contextmanager
def impatient_functions(storefront: Storefront, names: Sequence[str]) -> Iterator[None]:
    """Ends invocations of these functions soon, so that a test need not wait a minute for one that hangs."""
    functions = storefront.aws("lambda")
    found = {name: functions.get_function_configuration(FunctionName=name) for name in names}
    usual = {name: {key: one[key] for key in ("Timeout", "Environment")} for name, one in found.items()}
    for name, configuration in usual.items():
        variables = configuration["Environment"]["Variables"] | {"TURN_SECONDS": str(TURN_SECONDS)}
        functions.update_function_configuration(
            FunctionName=name, Timeout=PATIENCE_SECONDS, Environment={"Variables": variables}
        )
    try:
        yield
    finally:
        for name, configuration in usual.items():
            functions.update_function_configuration(FunctionName=name, **configuration)
