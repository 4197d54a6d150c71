from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from checkout import api, executions
from checkout.repository import CheckoutRepository
from edge.cursor import encode_cursor
from tests.services.checkout.requests import ADDRESS, body, checkout
from tests.services.http_client import Answer, Client
from tests.services.key_server import KeyServer


def begin(client: Client, sent: object = None, *, key: str | None = None) -> Answer:
    headers = {"idempotency-key": key} if key else {}
    return client.call("POST", "/v1/checkouts", body=sent or body(), headers=headers, route="POST /v1/checkouts")


def read(client: Client, checkout_id: object) -> Answer:
    return client.call("GET", f"/v1/checkouts/{checkout_id}", route="GET /v1/checkouts/{id}")


def executions_of(machines: Any, machine: str) -> list[str]:
    return [execution["name"] for execution in machines.list_executions(stateMachineArn=machine)["executions"]]


def test_a_checkout_is_accepted_at_once_and_says_when_to_ask(shopper: Client, machines: Any, machine: str) -> None:
    answer = begin(shopper)
    assert answer.status == 202
    assert answer.headers["Location"] == f"/v1/checkouts/{answer.json['id']}"
    assert answer.headers["Retry-After"] == "1"
    assert executions_of(machines, machine) == [answer.json["id"]]
    polled = read(shopper, answer.json["id"])
    assert (polled.status, polled.json) == (200, answer.json)
    assert (polled.json["status"], polled.json["poll_after_seconds"]) == ("processing", 1)


def test_of_twenty_requests_with_one_key_one_begins(shopper: Client, machines: Any, machine: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: begin(shopper, key="one"), range(20)))
    assert {(answer.status, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert executions_of(machines, machine) == [answers[0].json["id"]]


def test_a_key_with_another_body_is_refused(shopper: Client) -> None:
    begin(shopper, key="one")
    assert begin(shopper, body(cart_id="cart-2"), key="one").status == 422


def test_what_a_crash_left_is_started_by_whoever_asks(
    shopper: Client, machines: Any, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_checkout_id: str) -> None:
        raise executions.UnavailableError("no answer")

    with monkeypatch.context() as crashing:
        crashing.setattr(executions, "start", crash)
        refused = begin(shopper, key="one")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert executions_of(machines, machine) == []
    accepted = begin(shopper, key="one")
    assert accepted.status == 202
    assert executions_of(machines, machine) == [accepted.json["id"]]


def test_asking_starts_what_was_never_started(
    shopper: Client, repository: CheckoutRepository, machines: Any, machine: str
) -> None:
    begun = checkout()
    repository.begin(begun)
    assert read(shopper, begun.id).status == 200
    assert executions_of(machines, machine) == [begun.id]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"email": "ada"}, "/email"),
        ({"cart_id": ""}, "/cart_id"),
        ({"shipping_address": {**ADDRESS, "country": "XX"}}, "/shipping_address/country"),
        ({"shipping_address": {"name": "Ada"}}, "/shipping_address/line1"),
        ({"payment_method": {"token": "4242 4242 4242 4242"}}, "/payment_method/token"),
        ({"expected_total": {"currency": "USD", "amount": -1}}, "/expected_total/amount"),
        ({"total": 1}, "/total"),
        ({"language": "english!"}, "/language"),
    ],
)
def test_invalid_input_is_told_where_it_is_wrong(shopper: Client, fields: dict[str, object], pointer: str) -> None:
    answer = begin(shopper, body(**fields))
    assert answer.status == 422
    errors = answer.problem()["errors"]
    assert isinstance(errors, list)
    assert pointer in [error["pointer"] for error in errors]


@pytest.mark.parametrize("checkout_id", ["nobody", "0" * 32, "%", "a b", "\x00", "x" * 500])
def test_a_checkout_that_is_not_is_not_found(shopper: Client, checkout_id: str) -> None:
    assert read(shopper, checkout_id).status == 404


def test_a_customers_checkout_is_nobody_elses(shopper: Client, issuer: KeyServer) -> None:
    ada, bob = (replace(shopper, token=issuer.customer_token(name)) for name in ("ada", "bob"))
    checkout_id = begin(ada).json["id"]
    assert read(ada, checkout_id).status == 200
    assert read(bob, checkout_id).status == read(shopper, checkout_id).status == 404
    assert read(replace(shopper, token=issuer.token("checkout/write")), checkout_id).status == 200


def test_a_key_is_its_customers_own(shopper: Client, issuer: KeyServer) -> None:
    ada, bob = (replace(shopper, token=issuer.customer_token(name)) for name in ("ada", "bob"))
    assert begin(ada, key="one").json["id"] != begin(bob, key="one").json["id"]


def test_a_merchant_reviews_what_waits_for_it(
    shopper: Client, repository: CheckoutRepository, issuer: KeyServer, answered: dict[str, object]
) -> None:
    merchant = replace(shopper, token=issuer.token("checkout/write"))
    waiting = [checkout() for _ in range(3)]
    for begun in waiting:
        repository.begin(begun)
        repository.wait(begun, "review", token=f"token-{begun.id}")
    first = merchant.call("GET", "/v1/checkouts", query={"limit": "2"}, route="GET /v1/checkouts")
    query = {"limit": "2", "cursor": str(first.json["next"])}
    second = merchant.call("GET", "/v1/checkouts", query=query, route="GET /v1/checkouts")
    items = [*first.json["items"], *second.json["items"]]  # type: ignore[misc]
    assert [item["id"] for item in items] == [begun.id for begun in waiting]
    assert second.json["next"] is None

    def review(checkout_id: str, decision: str, client: Client = merchant) -> Answer:
        path, route = f"/v1/checkouts/{checkout_id}/review", "POST /v1/checkouts/{id}/review"
        return client.call("POST", path, body={"decision": decision}, route=route)

    assert review(waiting[0].id, "approve").status == 202
    assert review(waiting[1].id, "reject").status == 202
    assert answered[f"token-{waiting[0].id}"] == {"reviewed_by": "merchant"}
    assert "review-rejected" in str(answered[f"token-{waiting[1].id}"])
    assert review(waiting[0].id, "maybe").status == 422
    assert review(waiting[0].id, "approve", shopper).status == 401
    assert review("0" * 32, "approve").status == 404
    repository.go_on(waiting[2].id)
    late = review(waiting[2].id, "approve")
    assert (late.status, late.problem()["type"]) == (409, "urn:problem-type:storefront:checkout-state")


@pytest.mark.parametrize("position", [[], ["2026-11-26T00:00:00+00:00"], [1, 2]])
def test_a_cursor_that_somebody_made_up_is_refused(
    shopper: Client, issuer: KeyServer, position: list[str | int | None]
) -> None:
    merchant = replace(shopper, token=issuer.token("checkout/write"))
    query = {"cursor": encode_cursor(position, query=api.REVIEWS)}
    assert merchant.call("GET", "/v1/checkouts", query=query, route="GET /v1/checkouts").status == 422
