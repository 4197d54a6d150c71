"""The inventory's HTTP API. What writes is imported when it is called: reads start faster without pydantic."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.application import HttpApplication
from edge.entity_tag import strong_tag
from edge.identifier import is_identifier
from edge.request import Request
from edge.response import cached_json_response
from inventory.repository import StockRepository
from store.table import Table

handler = HttpApplication()


@cache
def inventory_table() -> Table:
    """Give the process's table, opened once."""
    return Table()


@handler.get("/v1/inventory/<sku>")
def read_stock(request: Request, sku: str) -> Response[str]:
    """Answer with the stock of a SKU and its entity tag."""
    stock = StockRepository(inventory_table()).find(sku) if is_identifier(sku) else None
    if stock is None:
        raise problem.not_found(f"there is no stock record of SKU {sku[:64]!r}")
    return cached_json_response(request, stock.document(), entity_tag=strong_tag(stock.version))


@handler.put("/v1/inventory/<sku>")
def put_stock(request: Request, sku: str) -> Response[str]:
    """Set how many of a SKU are on hand, starting its record if there is none."""
    from inventory.stock_routes import count

    return count(inventory_table(), request, sku)


@handler.put("/v1/inventory/<sku>/locations/<location>")
def put_location(request: Request, sku: str, location: str) -> Response[str]:
    """Set how many of a SKU are on hand in one location."""
    from inventory.stock_routes import count_location

    return count_location(inventory_table(), request, sku, location)


@handler.get("/v1/inventory/<sku>/adjustments")
def list_adjustments(request: Request, sku: str) -> Response[str]:
    """Answer with a page of a SKU's adjustments, newest first."""
    from inventory.adjustment_routes import page

    return page(inventory_table(), request, sku)


@handler.post("/v1/inventory/<sku>/adjustments")
def post_adjustment(request: Request, sku: str) -> Response[str]:
    """Change how many of a SKU are on hand by a difference, for a reason."""
    from inventory.adjustment_routes import make

    return make(inventory_table(), request, sku)


@handler.put("/v1/reservations/<reservation_id>")
def put_reservation(request: Request, reservation_id: str) -> Response[str]:
    """Hold stock for an order: 201, or 200 when it is held already."""
    from inventory.reservation_routes import hold

    return hold(inventory_table(), request, reservation_id)


@handler.post("/v1/reservations/<reservation_id>/commit")
def commit_reservation(request: Request, reservation_id: str) -> Response[str]:
    """Let the stock of a reservation leave."""
    from inventory.reservation_routes import commit

    return commit(inventory_table(), request, reservation_id)


@handler.delete("/v1/reservations/<reservation_id>")
def delete_reservation(request: Request, reservation_id: str) -> Response[str]:
    """Make the stock of a reservation available again, or refuse it before it is made."""
    from inventory.reservation_routes import release

    return release(inventory_table(), request, reservation_id)
