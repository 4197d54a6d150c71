"""Calls to pricing's routes."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.product_events import ProductSnapshot
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from store.table import Table
from tests.services.http_client import Answer, Client, product

TENTH: Mapping[str, object] = {"title": "10 % off", "effect": {"type": "percentage", "basis_points": 1000}}


def usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


def put_promotion(
    client: Client, code: str, body: Mapping[str, object] = TENTH, *, headers: Mapping[str, str] | None = None
) -> Answer:
    route = "PUT /v1/promotions/{code}"
    return client.call("PUT", f"/v1/promotions/{code}", body=dict(body), headers=headers, route=route)


def get_promotion(client: Client, code: str, headers: Mapping[str, str] | None = None) -> Answer:
    return client.call("GET", f"/v1/promotions/{code}", headers=headers, route="GET /v1/promotions/{code}")


def uses(client: Client, code: str) -> object:
    return client.call("GET", f"/v1/promotions/{code}/uses", route="GET /v1/promotions/{code}/uses").json["uses"]


def redeem(client: Client, code: str, id: str, body: object = None) -> Answer:
    path, route = f"/v1/promotions/{code}/redemptions/{id}", "PUT /v1/promotions/{code}/redemptions/{id}"
    return client.call("PUT", path, body={"email": "ada@example.com"} if body is None else body, route=route)


def release(client: Client, code: str, id: str) -> Answer:
    path, route = f"/v1/promotions/{code}/redemptions/{id}", "DELETE /v1/promotions/{code}/redemptions/{id}"
    return client.call("DELETE", path, route=route)


def quote(client: Client, /, **fields: object) -> Answer:
    body = {"currency": "USD", "items": [{"sku": "mug", "quantity": 2}], **fields}
    return client.call("POST", "/v1/prices/quotes", body=body, route="POST /v1/prices/quotes")


def publish(table: Table, product_id: str = "mug", /, version: int = 1, **fields: object) -> None:
    described = product(product_id, **{"price": usd(1600), "category": "kitchen", "name": "Mug", **fields})
    skus = [variant["sku"] for variant in described.get("variants", ())] or [product_id]  # type: ignore[attr-defined]
    at = f"2026-11-23T08:00:{version:02d}Z"
    snapshot = {**described, "version": version, "skus": skus, "created_at": at, "updated_at": at}
    ProductCopies(table, copied=copied).publish(ProductSnapshot.model_validate(snapshot))
