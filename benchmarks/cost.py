"""What one order uses of AWS, counted by the local AWS, and what a million of them cost; writes `docs/cost.md`."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import httpx

from benchmarks import cost_page
from benchmarks.comparison import Amount, CannotMeasureError, Result
from benchmarks.price_list import Use, billed, dollars, price_list
from benchmarks.purchase import BASKET, Shopper
from benchmarks.report import machine
from benchmarks.storefront import deployed
from local.aws import ACCOUNT, LocalAws

WARM_UPS = 5
ORDERS = 20
STOCK = 1000
USAGE = "/_storefront/usage"
QUIET_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 120.0


def measure(progress: Callable[[str], None]) -> Result:
    """Buys on a storefront of its own, and writes what that used and costs.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When it cannot be deployed, or an order is not delivered.
    """
    with deployed(progress) as aws:
        _stop_clocks(aws)
        shopper = Shopper(aws, BASKET)
        shopper.stock(STOCK)
        shopper.wait_until_sold()
        _buy(shopper, WARM_UPS, lambda number: progress(f"warming up, {number} of {WARM_UPS}"))
        _come_to_rest(aws, None)
        httpx.post(f"{aws.endpoint}{USAGE}").raise_for_status()
        _buy(shopper, ORDERS, lambda number: progress(f"order {number} of {ORDERS}"))
        shopper.close()
        used = _come_to_rest(aws, USAGE)
    kept = _kept(used)
    cost_page.USE.write_text(json.dumps(kept, indent=1) + "\n")
    cost_page.write()
    prices = price_list()
    costs = dollars(billed(Use(**use) for use in kept["uses"]), prices, orders=cost_page.ORDERS)
    by_aws = sorted({aws for _, aws in costs})
    amounts = {aws: sum(cost for (_, of), cost in costs.items() if of == aws) for aws in by_aws}
    return Result(
        title="cost: a million orders",
        lines=[
            Amount(what="all of it", unit="$", samples=[sum(amounts.values())], beside=f"prices of {prices.compiled}"),
            *(Amount(what=name, unit="$", samples=[amount]) for name, amount in amounts.items()),
        ],
        notes=["docs/cost.md is written anew; Lambda's part is of this machine's milliseconds"],
    )


def _buy(shopper: Shopper, times: int, progress: Callable[[int], None]) -> None:
    for number in range(times):
        progress(number)
        cart = shopper.fill_cart()
        shopper.quote()
        shopper.deliver(shopper.check_out(cart))


def _stop_clocks(aws: LocalAws) -> None:
    """What the clock starts is no order's."""
    events = _client(aws, "events")
    for rule in events.list_rules()["Rules"]:
        if rule.get("ScheduleExpression"):
            events.disable_rule(Name=rule["Name"])


def _come_to_rest(aws: LocalAws, usage: str | None) -> dict[str, Any]:
    """Wait until nothing is used for some seconds; give what was used until then."""
    queues = _client(aws, "sqs")
    urls = [url for url in queues.list_queues()["QueueUrls"] if "DeadLetter" not in url]
    deadline, quiet_since, last = time.monotonic() + LONGEST_WAIT_SECONDS, time.monotonic(), None
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        if time.monotonic() > deadline:
            raise CannotMeasureError(f"the storefront does not come to rest within {LONGEST_WAIT_SECONDS:.0f} s")
        waiting = sum(_waiting(queues, url) for url in urls)
        now = httpx.get(f"{aws.endpoint}{usage}").json()["uses"] if usage else None
        if waiting or now != last:
            quiet_since, last = time.monotonic(), now
        time.sleep(0.5)
    if usage is None:
        return {}
    used: dict[str, Any] = httpx.delete(f"{aws.endpoint}{usage}").json()
    return used


def _waiting(queues: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def _kept(used: dict[str, Any]) -> dict[str, Any]:
    uses = [{**use, "resource": _name(use["resource"]), "amount": use["amount"] / ORDERS} for use in used["uses"]]
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": machine().partition(". ")[0],
        "orders": ORDERS,
        "uses": [{**use, "amount": round(use["amount"], 3)} for use in uses if round(use["amount"], 3)],
        "written": _patterns(used["written"], "writes"),
        "read": _patterns(used["read"], "reads"),
    }


def _patterns(touched: list[dict[str, Any]], measure: str) -> dict[str, dict[str, float]]:
    """How often one order touches partitions of each kind, and how many.

    Kinds are by table and what its keys begin with, or by index.
    """
    kinds: dict[str, list[dict[str, Any]]] = {}
    for each in touched:
        table, _, index = each["table"].partition("/")
        kind = f"{table.partition('-')[0]} {index or each['partition_key'].partition('#')[0]}"
        kinds.setdefault(kind, []).append(each)
    return {
        kind: {
            **{
                name: round(sum(each[name] for each in of_kind) / ORDERS, 2)
                for name in (measure, "units")
                if name in of_kind[0]
            },
            "partitions": round(len(of_kind) / ORDERS, 2),
        }
        for kind, of_kind in sorted(kinds.items())
    }


def _name(resource: str) -> str:
    """A resource's name without what makes it unique in this deployment."""
    name, slash, index = resource.replace(ACCOUNT, "").partition("/")
    return "-".join(name.split("-")[:2]) + slash + index


def _client(aws: LocalAws, service: str) -> Any:
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=aws.endpoint, region_name="us-east-1", **credentials)  # type: ignore[call-overload]
