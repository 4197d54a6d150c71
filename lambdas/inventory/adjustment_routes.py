"""Adjustments of stock, as merchants send and read them."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.cursor import encode_cursor, requested_position
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.identifier import is_identifier
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from inventory.adjustments import Adjustment, AdjustmentRepository, read_adjustment
from inventory.repository import StockRepository
from inventory.stock import SkuStock, Stock, StockBelowReservedError, TooMuchStockError
from inventory.stock_input import AdjustmentInput
from store.contention import until_written
from store.table import Table


def make(table: Table, request: Request, sku: str) -> Response[str]:
    """Change the stock of a location by a difference; with an Idempotency-Key once, however often it is sent."""
    wanted = validate(AdjustmentInput, request.json())
    key = idempotency_key(request, owner=request.principal.subject or "")
    adjustments = AdjustmentRepository(table)

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(table, key)) is not None:
            return earlier
        stock = _stock(table, sku)
        _check(_at(stock, wanted.location), wanted.delta)
        adjustment = Adjustment(
            id=str(uuid4()),
            sku=sku,
            location=wanted.location,
            delta=wanted.delta,
            reason=wanted.reason,
            created_at=datetime.now(UTC),
        )
        answer = json_response(adjustment.document(), status=HTTPStatus.CREATED)
        shards = stock.adjusted(wanted.delta, location=wanted.location)
        adjustments.make(
            adjustment, shards=shards, also=kept_answer(key, answer), correlation_id=request.correlation_id
        )
        return answer

    return until_written(write, what=f"SKU {sku}")


def page(table: Table, request: Request, sku: str) -> Response[str]:
    """Give a page of a SKU's adjustments, newest first."""
    limit = request.limit()
    _stock(table, sku)
    query = f"adjustments?sku={sku}"
    position = requested_position(request, query=query, kinds=[str])
    before = str(position[0]) if position is not None else None
    found = AdjustmentRepository(table).newest(sku, before=before, limit=limit + 1)
    shown = found[:limit]
    rest = encode_cursor([shown[-1]["sk"]], query=query) if len(found) > limit else None
    return json_response({"items": [read_adjustment(sku, record).document() for record in shown], "next": rest})


def _stock(table: Table, sku: str) -> SkuStock:
    stock = StockRepository(table).find(sku) if is_identifier(sku) else None
    if stock is None:
        raise problem.not_found(f"there is no stock record of SKU {sku[:64]!r}")
    return stock


def _at(stock: SkuStock, location: str) -> Stock:
    found = stock.at(location)
    if found is None:
        raise problem.conflict(f"no stock of {stock.sku} was ever counted in {location}", kind="unknown-location")
    return found


def _check(stock: Stock, delta: int) -> None:
    try:
        stock.check_adjustment(delta)
    except StockBelowReservedError as error:
        raise problem.conflict(str(error), kind="stock-below-reserved") from error
    except TooMuchStockError as error:
        raise problem.conflict(str(error), kind="too-much-stock") from error
