"""A SKU that everybody wants, deployed: its stock is spread over records, and nobody outside sees it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from tests.local.deployed.storefront import Storefront


def hold(storefront: Storefront, reservation: str, sku: str, quantity: int) -> Any:
    body = {"items": [{"sku": sku, "quantity": quantity}]}
    return storefront.account.put(f"/v1/reservations/{reservation}", json=body)


def levels(storefront: Storefront, sku: str) -> tuple[int, int, int]:
    stock = storefront.visitor.get(f"/v1/inventory/{sku}").json()
    return stock["on_hand"], stock["reserved"], stock["available"]


def test_stock_that_many_want_is_spread_and_stays_one_stock(storefront: Storefront) -> None:
    sku, name = storefront.new_id("wanted"), storefront.new_id("rush")
    storefront.merchant.put(f"/v1/inventory/{sku}", json={"on_hand": 400}).raise_for_status()
    call = "DynamoDB_20120810.TransactWriteItems"
    with storefront.fault("Inventory", "conflict", call=call, times=3):
        hold(storefront, f"{name}-first", sku, 1).raise_for_status()
    table = storefront.physical_id("Inventory", "AWS::DynamoDB::GlobalTable", "Inventory")
    record = storefront.aws("dynamodb").get_item(
        TableName=table, Key={"pk": {"S": f"SKU#{sku}#39"}, "sk": {"S": "STOCK"}}
    )["Item"]
    assert record["on_hand"] == {"N": "10"}
    assert levels(storefront, sku) == (400, 1, 399)

    def want(number: int) -> int:
        return int(hold(storefront, f"{name}-{number}", sku, 7).status_code)

    with ThreadPoolExecutor(10) as buyers:
        answers = Counter(buyers.map(want, range(60)))
    assert answers == {HTTPStatus.CREATED: 57, HTTPStatus.CONFLICT: 3}
    assert levels(storefront, sku) == (400, 400, 0)
    storefront.account.post(f"/v1/reservations/{name}-first/commit").raise_for_status()
    assert levels(storefront, sku) == (399, 399, 0)
