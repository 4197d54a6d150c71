"""One request followed through the logs of every service it reaches, by nothing but what the lines say.

API answer → the request's lines → the event on the bus → the relay's line → each consumer's line → the request's trace.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from edge.correlation import trace_id
from tests.local.deployed.storefront import Storefront, product

Line = dict[str, Any]


def log_lines(storefront: Storefront, stack: str, function: str) -> list[Line]:
    """What the function whose logical id begins so has logged, oldest first, as far as it is JSON."""
    logs = storefront.aws("logs")
    name = storefront.physical_id(stack, "AWS::Logs::LogGroup", function)
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
    messages = [event["message"] for page in pages for event in page["events"]]
    return [json.loads(message) for message in messages if message.startswith("{")]


def the_line(storefront: Storefront, stack: str, function: str, message: str, *, where: Callable[[Line], bool]) -> Line:
    """The only line with this message that the condition holds for; waits until it is there."""

    def found() -> list[Line]:
        return [
            line for line in log_lines(storefront, stack, function) if line.get("message") == message and where(line)
        ]

    storefront.eventually(found)
    (line,) = found()
    return line


def test_a_request_is_followed_from_its_answer_to_every_consumer_s_log_line_and_back_to_its_trace(
    storefront: Storefront,
) -> None:
    with storefront.listening("ProductPublished") as heard:
        written = product(name="Cormorant Lantern")
        answer = storefront.merchant.put(f"/v1/products/{written['id']}", json=written)
        (event,) = heard.of_product(written["id"])
    metadata = event["detail"]["metadata"]
    # Without a correlation id of the caller's, it is the API's request id: the one that access logs show.
    request_id = answer.headers["X-Correlation-Id"]

    answered = the_line(
        storefront,
        "Catalog",
        "CatalogWrite",
        "request answered",
        where=lambda line: line["api_request_id"] == request_id,
    )
    assert (answered["route"], answered["status"]) == ("PUT /v1/products/{id}", 201)
    assert answered["correlation_id"] == request_id
    trace = answered["xray_trace_id"]
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", trace)

    recorded = the_line(
        storefront, "Catalog", "CatalogWrite", "event recorded", where=lambda line: line["correlation_id"] == request_id
    )
    assert recorded["request_id"] == answered["request_id"], "the same invocation"
    event_id = recorded["event_id"]

    assert (metadata["event_id"], metadata["correlation_id"]) == (event_id, request_id)
    assert trace_id(metadata["trace_header"]) == trace

    relayed = the_line(
        storefront,
        "Catalog",
        "CatalogOutboxRelay",
        "event published",
        where=lambda line: line.get("event_id") == event_id,
    )
    assert (relayed["correlation_id"], relayed["origin_trace_id"]) == (request_id, trace)
    assert relayed["bus_event_id"] == event["id"]

    for service in ("Inventory", "Search"):
        taken = the_line(
            storefront,
            service,
            f"{service}Events",
            "event taken",
            where=lambda line: line["event_id"] == event_id,
        )
        assert (taken["correlation_id"], taken["origin_trace_id"]) == (request_id, trace)
        assert taken["service"] == service.lower()
        assert taken["request_id"] != answered["request_id"], "another invocation, which the ids lead back from"


def test_the_caller_s_own_correlation_id_goes_all_the_way(storefront: Storefront) -> None:
    mine = storefront.new_id("order")
    written = product()
    answer = storefront.merchant.put(f"/v1/products/{written['id']}", json=written, headers={"X-Correlation-Id": mine})

    assert answer.headers["X-Correlation-Id"] == mine
    answered = the_line(
        storefront, "Catalog", "CatalogWrite", "request answered", where=lambda line: line["correlation_id"] == mine
    )
    assert answered["api_request_id"] != mine, "access logs are still found"
    for service in ("Inventory", "Search"):
        the_line(
            storefront,
            service,
            f"{service}Events",
            "event taken",
            where=lambda line: line["correlation_id"] == mine,
        )
