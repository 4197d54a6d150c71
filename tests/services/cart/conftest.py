from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import pytest
from pydynox import DynamoDBClient

from cart.known_skus import known_skus
from cart.persons import CUSTOMERS_INDEX
from contracts.product_events import ProductSnapshot
from pricing.promotion_input import PromotionInput
from pricing.promotion_repository import PromotionRepository
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from service_client import client as service_client
from service_client import signature
from store.table import Table
from tests.services.cart.pricing_process import pricing_process
from tests.services.conftest import REGION, Indexes
from tests.services.http_client import Answer, Client, HttpHandler, product
from tests.services.key_server import KeyServer

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane

ROUTES = {
    "POST /v1/carts": "capability",
    "GET /v1/carts/{id}": "capability",
    "PUT /v1/carts/{id}/items/{sku}": "capability",
    "DELETE /v1/carts/{id}/items/{sku}": "capability",
    "POST /v1/carts/{id}/coupons": "capability",
    "DELETE /v1/carts/{id}/coupons/{code}": "capability",
    "POST /v1/carts/{id}/merge": "customer",
    "PUT /v1/carts/{id}/checkout": "iam",
    "DELETE /v1/carts/{id}/checkout/{checkout_id}": "iam",
}
_PATTERNS = {route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route) + r"\Z", re.DOTALL) for route in ROUTES}
PROMOTIONS: Mapping[str, Mapping[str, object]] = {
    "TENTH": {},
    "OVER": {"conditions": {"ends_at": "2020-01-01T00:00:00Z"}},
    "RICH": {"conditions": {"minimum": {"currency": "USD", "amount": 1_000_000}}},
}


def snapshot(sku: str, *, version: int = 1, amount: int = 1600) -> ProductSnapshot:
    """Give a product as the catalog publishes it."""
    at = f"2026-11-23T08:00:{version:02d}Z"
    described = product(sku, name=sku.title(), category="kitchen", price={"currency": "USD", "amount": amount})
    fields = {**described, "version": version, "skus": [sku], "created_at": at, "updated_at": at}
    return ProductSnapshot.model_validate(fields)


@pytest.fixture(scope="session")
def pricing(emulator: str, control_plane: ControlPlane, dynamodb_client: DynamoDBClient) -> Iterator[str]:
    """Give the base URL of pricing, which sells a mug for 16 USD and a pot for 40."""
    table = pricing_table(control_plane, dynamodb_client)
    copies = ProductCopies(table, copied=copied)
    copies.publish(snapshot("mug", amount=1600))
    copies.publish(snapshot("pot", amount=4000))
    for code, fields in PROMOTIONS.items():
        effect = {"type": "percentage", "basis_points": 1000}
        described = PromotionInput.model_validate({"title": "10 % off", "effect": effect, **fields})
        PromotionRepository(table).change(code, lambda _now, code=code, it=described: it.promotion(code))  # type: ignore[misc]
    environment = {
        "TABLE_NAME": table.name,
        "AWS_ENDPOINT_URL": emulator,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with pricing_process(environment) as url:
        yield url


def pricing_table(control_plane: ControlPlane, dynamodb_client: DynamoDBClient) -> Table:
    name = f"pricing-{uuid4()}"
    indexes = {index: (index, f"{index}_key") for index in ("listed", "automatic")}
    attributes = {"pk", "sk"}.union(*indexes.values())
    control_plane.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": sort, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, (partition, sort) in indexes.items()
        ],
    )
    return Table(name=name, client=dynamodb_client)


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, in which a mug, a pot and a lid are known."""
    table = new_table({CUSTOMERS_INDEX: ("customer_id", "pk")})
    for sku in ("mug", "pot", "lid"):
        known_skus(table).publish(snapshot(sku))
    return table


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who calls the cart service."""

    client: Client

    def __call__(self, method: str, path: str, body: object = None, **options: object) -> Answer:
        route = next(route for route, pattern in _PATTERNS.items() if pattern.match(f"{method} {path}"))
        return self.client.call(method, path, body=body, route=route, **options)  # type: ignore[arg-type]

    def begin(self, currency: str = "USD") -> str:
        """Begin a cart; gives its path."""
        created = self("POST", "/v1/carts", {"currency": currency})
        assert created.status == 201, created.text
        return created.headers["Location"]

    def put(self, cart: str, sku: str, quantity: int, **options: object) -> Answer:
        return self("PUT", f"{cart}/items/{sku}", {"quantity": quantity}, **options)

    def contents(self, cart: str) -> dict[str, int]:
        """Give how many of each SKU a cart holds."""
        answer = self("GET", cart)
        assert answer.status == 200, answer.text
        items = cast("list[dict[str, object]]", answer.json["items"])
        return {str(item["sku"]): cast(int, item["quantity"]) for item in items}


@pytest.fixture
def anonymous(table: Table, issuer: KeyServer, pricing: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """Give somebody who is not signed in."""
    from cart import api, cart_routes, checkout_routes, item_routes
    from cart import application as cart_application

    assert issuer.url
    variables = {"ROUTE_ACCESS": json.dumps(ROUTES), "API_URL": pricing, "AWS_REGION": REGION}
    for name, value in {**variables, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    for module in (cart_application, cart_routes, checkout_routes, item_routes):
        monkeypatch.setattr(module, "cart_table", lambda: table)
    signature._credentials.cache_clear()
    methods = ("GET", "PUT", "POST", "DELETE")
    yield Caller(client=Client(handlers=cast(Mapping[str, HttpHandler], dict.fromkeys(methods, api.handler))))
    signature._credentials.cache_clear()
    service_client._connections().clear()
    service_client._connections.cache_clear()


@pytest.fixture
def ada(anonymous: Caller, issuer: KeyServer) -> Caller:
    """Give a customer."""
    return Caller(client=replace(anonymous.client, token=issuer.customer_token("ada")))


@pytest.fixture
def bob(anonymous: Caller, issuer: KeyServer) -> Caller:
    """Give another customer."""
    return Caller(client=replace(anonymous.client, token=issuer.customer_token("bob")))


@pytest.fixture
def without_pricing(anonymous: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pricing be down."""
    assert anonymous
    monkeypatch.setenv("API_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("service_client.patience.time.sleep", lambda _seconds: None)
