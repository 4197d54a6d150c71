"""The inventory's HTTP API."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.application import HttpApplication
from edge.entity_tag import require_preconditions, strong_tag
from edge.request import Request
from edge.response import cached_json_response, json_response
from inventory.repository import StockRepository, is_sku
from inventory.stock import Stock, StockBelowReservedError, first_stock
from store.table import Table

handler = HttpApplication()


@cache
def stock_repository() -> StockRepository:
    """Give the process's repository, its table opened once."""
    return StockRepository(Table())


@handler.get("/v1/inventory/<sku>")
def read_stock(request: Request, sku: str) -> Response[str]:
    """Answer with the stock of a SKU and its entity tag."""
    stock = stock_repository().find(sku) if is_sku(sku) else None
    if stock is None:
        raise problem.not_found(f"there is no stock record of SKU {sku[:64]!r}")
    return cached_json_response(request, stock.document(), entity_tag=strong_tag(stock.version))


@handler.put("/v1/inventory/<sku>")
def put_stock(request: Request, sku: str) -> Response[str]:
    """Set how many of a SKU are on hand, starting its record if there is none."""
    # Reads start faster without pydantic.
    from edge.validation import validate
    from inventory.stock_input import StockInput

    counted = validate(StockInput, request.json())
    if not is_sku(sku):
        detail = "must be 1 to 64 letters, digits or . _ ~ -, the first a letter or a digit"
        raise problem.invalid(problem.InputError(parameter="sku", detail=detail, code="sku"))

    def change(current: Stock | None) -> Stock:
        require_preconditions(request.headers, current=strong_tag(current.version) if current else None)
        return current.counted(counted.on_hand) if current else first_stock(sku, on_hand=counted.on_hand)

    try:
        stock = stock_repository().change(sku, change)
    except StockBelowReservedError as error:
        raise problem.conflict(str(error), kind="stock-below-reserved") from error
    return json_response(stock.document(), headers={"ETag": strong_tag(stock.version)})
