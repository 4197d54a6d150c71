"""Invoices: a page that prints well, in any script, without a font in the bundle."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from aws_lambda_powertools.event_handler import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from contracts.money import minor_unit_digits
from edge import problem
from orders.order import Order

_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "invoice.css").read_text()
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"
"""The page's one style and nothing else: no script runs in it, whatever a customer is called."""


def invoice_response(order: Order) -> Response[str]:
    """Give the answer that shows the invoice of an order.

    Raises:
        Problem: 409 while the order is not confirmed, or when it never was.
    """
    if order.outcome in ("pending", "rejected"):
        raise problem.conflict(
            f"the order is {order.status}; an invoice is made when it is confirmed", kind="order-state"
        )
    return Response(
        status_code=HTTPStatus.OK.value,
        content_type="text/html; charset=utf-8",
        body=invoice_page(order),
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'inline; filename="invoice-{order.number}.html"',
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        },
    )


def invoice_page(order: Order) -> str:
    """Give the invoice of an order as HTML."""
    content = cast("Mapping[str, Any]", order.content)
    lines = [
        {
            **line,
            **{name: written(line[name]) for name in ("unit_price", "discount", "tax", "total")},
        }
        for line in content["lines"]
    ]
    return _template().render(
        style=Markup(_STYLE),  # noqa: S704  # our own file
        number=order.number,
        date=order.placed_at.date().isoformat(),
        payment=order.payment_status.replace("_", " "),
        notice=f"This order was cancelled: {order.reason}" if order.outcome == "cancelled" else None,
        address=[content["email"], *_address(content["shipping_address"])],
        lines=lines,
        sums=list(_sums(order, content)),
    )


def written(money: Mapping[str, Any]) -> str:
    """Give an amount as people read it, such as ``1,234.50 USD``."""
    digits = minor_unit_digits(money["currency"])
    whole, fraction = divmod(money["amount"], 10**digits)
    return f"{whole:,}{f'.{fraction:0{digits}}' if digits else ''} {money['currency']}"


def _address(address: Mapping[str, str]) -> Iterator[str]:
    for name in ("name", "line1", "line2"):
        if address.get(name):
            yield address[name]
    yield " ".join(address[name] for name in ("postal_code", "city", "region") if address.get(name))
    yield address["country"]


def _sums(order: Order, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Subtotal", written(content["subtotal"])
    if content["discount"]["amount"]:
        yield "Discount", f"-{written(content['discount'])}"
    yield f"Shipping ({content['shipping_option']['name']})", written(content["shipping"])
    if (discount := content.get("shipping_discount")) and discount["amount"]:
        yield "Discount on shipping", f"-{written(discount)}"
    yield "Tax included" if content["tax_included"] else "Tax", written(content["tax"])
    if order.refunded:
        yield "Paid back", f"-{written({'currency': content['currency'], 'amount': order.refunded})}"
    yield "Total", written(content["total"])


@cache
def _template() -> Template:
    loader = FileSystemLoader(_FOLDER)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("invoice.html")
