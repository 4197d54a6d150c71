"""Customers, and their rights to their data, through every service that keeps any."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from local import tokens
from local.aws import LocalAws
from tests.local.deployed.storefront import Storefront, assert_problem
from tests.local.deployed.test_notifications import order, parcel, say, sent

ME = "/v1/customers/me"
HOME = {"name": "Ada", "line1": "1 Main St", "city": "London", "country": "GB"}


@pytest.fixture
def name() -> str:
    return f"customer-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def customer(storefront: Storefront, name: str) -> Iterator[httpx.Client]:
    """A customer of the test's own."""
    token = tokens.customer_token(LocalAws(storefront.endpoint), name)
    with httpx.Client(base_url=storefront.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        yield client


def complete(client: httpx.Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def is_complete() -> bool:
        found.update(client.get(path).json())
        return found["state"] == "complete"

    Storefront.eventually(is_complete, within_seconds=60)
    return found


def test_who_says_no_address_has_the_one_that_the_pool_has_proven(customer: httpx.Client, name: str) -> None:
    assert customer.put(ME, json={"name": "Ada"}).json()["email"] == f"{name}@example.com"


def test_nobody_sees_another_ones(customer: httpx.Client, storefront: Storefront) -> None:
    customer.put(ME, json={"name": "Ada"})
    made = customer.post(f"{ME}/addresses", json=HOME)
    assert made.status_code == HTTPStatus.CREATED
    assert_problem(storefront.customer.put(made.headers["Location"], json=HOME), HTTPStatus.NOT_FOUND)
    assert_problem(storefront.visitor.get(ME), HTTPStatus.UNAUTHORIZED)
    assert_problem(storefront.merchant.get(ME), HTTPStatus.FORBIDDEN)


def test_a_customer_takes_all_that_is_kept_and_is_forgotten(
    customer: httpx.Client, storefront: Storefront, name: str
) -> None:
    customer_id = customer.put(ME, json={"name": "Ada"}).json()["id"]
    customer.post(f"{ME}/addresses", json=HOME)
    address = f"{name}@example.com"
    say(storefront, "orders", "OrderConfirmed", order(name, address, customer_id=customer_id), f"o-{name}")
    storefront.eventually(lambda: sent(storefront, address), within_seconds=60)

    asked = customer.post(f"{ME}/exports")
    assert asked.status_code == HTTPStatus.ACCEPTED
    export = complete(customer, asked.headers["Location"])
    kinds, cursor = [], None
    while True:
        page = customer.get(export["records"], params={"cursor": cursor} if cursor else {}).json()
        kinds += [(record["service"], record["kind"]) for record in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert {("customers", "profile"), ("customers", "address"), ("notifications", "message_recipient")} <= set(kinds)

    erasure = customer.post(f"{ME}/erasures")
    proof = complete(storefront.visitor, erasure.headers["Location"])
    assert set(proof["services"].values()) == {"answered"}
    assert_problem(customer.get(ME), HTTPStatus.NOT_FOUND)
    assert_problem(customer.get(asked.headers["Location"]), HTTPStatus.NOT_FOUND)


def test_who_comes_back_is_not_forgotten_again_by_a_replay(
    customer: httpx.Client, storefront: Storefront, name: str
) -> None:
    began, address = datetime.now(UTC), f"{name}@example.com"
    customer.put(ME, json={"name": "Ada"}).raise_for_status()
    complete(storefront.visitor, customer.post(f"{ME}/erasures").headers["Location"])

    assert customer.put(ME, json={"name": "Ada again"}).is_success
    say(storefront, "orders", "OrderConfirmed", order(name, address), f"o-{name}")
    storefront.eventually(lambda: sent(storefront, address), within_seconds=60)
    with storefront.impatient_queues():
        storefront.replay(since=began)
        storefront.queues_come_to_rest()

    assert customer.get(ME).json()["name"] == "Ada again"
    say(storefront, "shipping", "ShipmentDispatched", parcel(name), f"p-{name}")
    storefront.eventually(lambda: len(sent(storefront, address)) == 2, within_seconds=60)


def test_only_who_signs_may_answer(storefront: Storefront) -> None:
    path = "/v1/personal-data/erasures/none/services/customers"
    assert storefront.merchant.put(path, json={"kept": []}).status_code == HTTPStatus.FORBIDDEN
    assert storefront.account.put(path, json={"kept": []}).status_code == HTTPStatus.NOT_FOUND
