from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from contracts.payment_simulator import AuthorizationDocument
from tests.services.payments.conftest import API_KEY
from tests.services.payments.shop import USD, Shop

PATH = "/v1/payment-simulator/authorizations"


@pytest.fixture
def provider(shop: Shop) -> httpx.Client:
    """Give a client with the merchant's API key."""
    shop.client.headers["Authorization"] = f"Bearer {API_KEY}"
    return shop.client


def post(provider: httpx.Client, path: str = "", body: object = None, *, key: str | None = "key") -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return provider.post(f"{PATH}{path}", json={} if body is None else body, headers=headers)


def asked(reference: str = "p-1", **fields: object) -> dict[str, object]:
    return {"reference": reference, "amount": USD, "token": "card_ok", **fields}


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_an_authorization_lives_as_a_providers_does(provider: httpx.Client) -> None:
    made = post(provider, body=asked(), key="authorize")
    assert made.status_code == 201
    assert AuthorizationDocument.model_validate_json(made.text).status == "authorized"
    at = f"/{made.json()['id']}"
    assert provider.get(f"{PATH}{at}").json() == made.json()
    assert provider.get(PATH, params={"reference": "p-1"}).json() == {"items": [made.json()], "next": None}
    assert post(provider, f"{at}/capture", key="capture").json()["status"] == "captured"
    assert slug(post(provider, f"{at}/void", key="void")) == "authorization-state"
    some = USD | {"amount": 400}
    refunded = post(provider, f"{at}/refunds", {"reference": "r-1", "amount": some}, key="refund")
    assert (refunded.status_code, refunded.json()["refunds"]) == (201, [{"reference": "r-1", "amount": some}])
    more = {"reference": "r-2", "amount": USD | {"amount": 601}}
    assert slug(post(provider, f"{at}/refunds", more, key="more")) == "refund-too-large"


def test_a_key_has_one_effect(provider: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as callers:
        answers = list(callers.map(lambda _: post(provider, body=asked(), key="one").json(), range(4)))
    assert answers == answers[:1] * 4
    assert post(provider, body=asked("p-2"), key="one").status_code == 422
    assert slug(post(provider, body=asked(), key="another")) == "reference-used"


@pytest.mark.parametrize("authorization", ["", "Bearer", f"Basic {API_KEY}", f"Bearer {API_KEY}x", "Bearer é"])
def test_nobody_else_is_served(provider: httpx.Client, authorization: str) -> None:
    headers = {"Authorization": authorization.encode(), "Idempotency-Key": b"key"}
    calls: list[Any] = [
        provider.post(PATH, json=asked(), headers=headers),
        provider.get(PATH, params={"reference": "p-1"}, headers=headers),
        provider.get(f"{PATH}/a", headers=headers),
        *(provider.post(f"{PATH}/a/{name}", json={}, headers=headers) for name in ("capture", "void", "refunds")),
    ]
    assert {answer.status_code for answer in calls} == {401}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(amount=USD | {"amount": 0}), 422),
        (asked(reference="a/b"), 422),
        (asked(token=""), 422),
        (asked(token="x" * 256), 422),
        (asked(email="x" * 5000), 413),
        ([], 422),
    ],
)
def test_a_body_that_cannot_be_is_refused(provider: httpx.Client, body: object, status: int) -> None:
    assert post(provider, body=body).status_code == status


def test_what_is_missing_is_said(provider: httpx.Client) -> None:
    assert post(provider, body=asked(), key=None).status_code == 422
    assert provider.get(PATH).status_code == 422
    assert provider.get(PATH, params={"reference": "nobody"}).json()["items"] == []
    assert provider.get(f"{PATH}/nobody").status_code == 404
    assert provider.get(f"{PATH}/%20").status_code == 404
    assert post(provider, "/nobody/capture").status_code == 404
    assert provider.post("/v1/payment-simulator/challenges/nobody", json={"outcome": "passed"}).status_code in (
        401,
        404,
    )


def test_a_refund_is_in_the_authorizations_currency(provider: httpx.Client) -> None:
    at = post(provider, body=asked()).json()["id"]
    post(provider, f"/{at}/capture", key="capture")
    euros = {"reference": "r-1", "amount": {"currency": "EUR", "amount": 1}}
    assert post(provider, f"/{at}/refunds", euros, key="refund").json()["errors"][0]["pointer"] == "/amount/currency"
