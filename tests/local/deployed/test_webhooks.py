"""Webhooks, from a merchant's write to a partner's address on this machine."""

import uuid
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from tests.local.deployed.storefront import Storefront, assert_problem, product
from tests.services.webhooks.conftest import Partner


@pytest.fixture
def partner() -> Iterator[Partner]:
    partner = Partner()
    yield partner
    partner.close()


def test_a_partner_hears_once_of_what_was_published_and_can_have_it_again(
    storefront: Storefront, partner: Partner
) -> None:
    body = {"url": partner.url, "event_types": ["product.published"], "description": uuid.uuid4().hex}
    webhook = storefront.merchant.post("/v1/webhooks", json=body).json()
    path = f"/v1/webhooks/{webhook['id']}"
    published = storefront.publish(product())
    storefront.eventually(lambda: partner.received, within_seconds=60)

    first = partner.received[0]
    payload = Verifier(webhook["secret"]).verify(first.body, dict(first.headers))
    assert (payload["type"], payload["data"]["id"]) == ("product.published", published["id"])
    storefront.eventually(
        lambda: storefront.merchant.get(f"{path}/deliveries").json()["items"][0]["state"] == "succeeded"
    )
    (delivery,) = storefront.merchant.get(f"{path}/deliveries").json()["items"]
    again = storefront.merchant.post(f"{path}/deliveries/{delivery['id']}/redeliver")
    assert again.status_code == HTTPStatus.ACCEPTED
    storefront.eventually(lambda: len(partner.received) > 1, within_seconds=30)
    assert [received.headers["webhook-id"] for received in partner.received] == [delivery["id"]] * 2

    assert storefront.merchant.delete(path).status_code == HTTPStatus.NO_CONTENT
    assert_problem(storefront.merchant.get(path), HTTPStatus.NOT_FOUND)


def test_a_partner_hears_of_the_tree_of_categories(storefront: Storefront, partner: Partner) -> None:
    body = {"url": partner.url, "event_types": ["category.changed", "category.deleted"]}
    webhook = storefront.merchant.post("/v1/webhooks", json=body).json()
    category = storefront.new_id("category")
    storefront.merchant.put(f"/v1/categories/{category}", json={"name": "Kitchen"}).raise_for_status()
    storefront.merchant.delete(f"/v1/categories/{category}").raise_for_status()
    storefront.eventually(lambda: len(partner.received) >= 2, within_seconds=60)

    verifier = Verifier(webhook["secret"])
    told = [verifier.verify(received.body, dict(received.headers)) for received in partner.received]
    assert {"category.changed": category, "category.deleted": [category]} == {
        each["type"]: each["data"].get("id") or each["data"]["ids"] for each in told
    }
    storefront.merchant.delete(f"/v1/webhooks/{webhook['id']}").raise_for_status()


def test_no_address_of_a_private_network_is_taken(storefront: Storefront) -> None:
    for url in ("http://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://localhost/"):
        answer = storefront.merchant.post("/v1/webhooks", json={"url": url, "event_types": ["stock.low"]})
        assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_customers_have_no_webhooks(storefront: Storefront) -> None:
    assert_problem(storefront.customer.get("/v1/webhooks"), HTTPStatus.FORBIDDEN)
