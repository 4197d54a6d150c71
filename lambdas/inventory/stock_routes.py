"""Counts of stock, as merchants send them."""

from __future__ import annotations

from collections.abc import Callable

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.entity_tag import require_preconditions, strong_tag
from edge.identifier import require_identifier
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from inventory.repository import StockRepository
from inventory.stock import SkuStock, StockBelowReservedError, TooManyLocationsError, first_stock
from inventory.stock_input import LocationInput, StockInput
from store.table import Table


def count(table: Table, request: Request, sku: str) -> Response[str]:
    """Set the stock of the default location, and what the merchant wants done about the SKU."""
    counted = validate(StockInput, request.json())
    require_identifier(sku, parameter="sku")

    def change(current: SkuStock | None) -> SkuStock:
        backorder = counted.backorder.limit if counted.backorder else None
        if "backorder" not in counted.model_fields_set:
            backorder = current.backorder if current else None
        low_stock_at = counted.low_stock_at
        if "low_stock_at" not in counted.model_fields_set:
            low_stock_at = current.low_stock_at if current else None
        if current is None:
            return first_stock(sku, on_hand=counted.on_hand, backorder=backorder, low_stock_at=low_stock_at)
        return current.managed(on_hand=counted.on_hand, backorder=backorder, low_stock_at=low_stock_at)

    return _change(table, request, sku, change)


def count_location(table: Table, request: Request, sku: str, location: str) -> Response[str]:
    """Set the stock of one location, starting records where there are none."""
    counted = validate(LocationInput, request.json())
    require_identifier(sku, parameter="sku")
    require_identifier(location, parameter="location")

    def change(current: SkuStock | None) -> SkuStock:
        return (current or first_stock(sku)).counted(counted.on_hand, location=location)

    return _change(table, request, sku, change)


def _change(table: Table, request: Request, sku: str, change: Callable[[SkuStock | None], SkuStock]) -> Response[str]:
    def checked(current: SkuStock | None) -> SkuStock:
        require_preconditions(request.headers, current=strong_tag(current.version) if current else None)
        return change(current)

    try:
        stock = StockRepository(table).change(
            sku, checked, correlation_id=request.correlation_id, guarded="if-match" in request.headers
        )
    except StockBelowReservedError as error:
        raise problem.conflict(str(error), kind="stock-below-reserved") from error
    except TooManyLocationsError as error:
        raise problem.conflict(str(error), kind="too-many-locations") from error
    return json_response(stock.document(), headers={"ETag": strong_tag(stock.version)})
