"""What an order reads of keys that it shares with others.

As with writes, a test compares it with what the local AWS saw, so that no read is forgotten here. An order is two
changes of a cart and a checkout: three quotes of prices, two of shipping. Whoever only looks reads beside that.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator

from benchmarks.shared_keys import CODE, ORDERS_A_SECOND, PARTITION_READ_UNITS, SITEWIDE_CODE, Order, Shared
from contracts.pricing import QUOTE_AGE_SECONDS
from inventory.record import stock_key
from inventory.stock import DEFAULT_LOCATION
from pricing.shard_items import shard_keys
from product_copies.repository import sku_key
from webhooks.offered import EventType
from webhooks.webhook_repository import copy_of, wanting_key

QUOTES = 3
QUOTE_SECONDS = 0.03
"""What pricing takes for one: so many at once need so many functions. Here it is 10 to 30 ms, by how busy the machine
is."""

FUNCTIONS = ORDERS_A_SECOND * QUOTES * QUOTE_SECONDS
"""Of pricing, all warm."""

AUTOMATIC_UNITS = 3.5
"""Of a query for the 50 promotions without a coupon that a quote considers: 26 kB, not read consistently."""

EVENTS: tuple[EventType, ...] = ("stock.changed", "stock.changed", "order.confirmed")
"""Those of an order that webhooks may want: its stock is held, and leaves."""


def shared_reads() -> tuple[Shared, ...]:
    """Give everything that orders read of keys that they share. All else has a key of the order's own."""
    return (
        _reads("Inventory", "SKU", "a SKU's stock", 0.75, _stock),
        _kept("automatic", "promotions without a coupon", AUTOMATIC_UNITS, _times(QUOTES)),
        _kept("PRICE_LIST", "the price list", 1, _times(QUOTES)),
        _kept("PROMOTION", "a coupon of a tenth", 1, _coupon(QUOTES + 1), also=_coupon(1)),
        _kept("PROMOTION", "a promotion of all orders", 1, _promoted),
        _reads("Pricing", "USES", "that coupon's uses", 0.5, _uses),
        _reads("Pricing", "SKU", "a SKU's price", 0.5, _priced),
        _reads("Cart", "SKU", "a SKU on sale", 0.5, _copies(1)),
        _reads("Shipping", "SKU", "a SKU's weight", 0.5, _copies(2)),
        _reads("Webhooks", "TYPE", "who wants an event", 1, _asked, unsharded=lambda _order: EVENTS),
    )


def _reads(
    table: str,
    kind: str,
    what: str,
    units: float,
    keys: Callable[[Order], Iterable[str]],
    *,
    unsharded: Callable[[Order], Iterable[str]] | None = None,
) -> Shared:
    return Shared(
        table=table,
        kind=kind,
        what=f"reads of {what}",
        units=units,
        keys=keys,
        unsharded=unsharded or keys,
        limit=PARTITION_READ_UNITS,
        transactions=False,
    )


def _kept(
    kind: str,
    what: str,
    units: float,
    unsharded: Callable[[Order], Iterable[str]],
    *,
    also: Callable[[Order], Iterable[str]] = lambda _order: (),
) -> Shared:
    """What each of pricing's functions reads once while it is young enough, and what is read beside that."""
    return Shared(
        table="Pricing",
        kind=kind,
        what=f"reads of {what}",
        units=units,
        keys=also,
        unsharded=unsharded,
        kept_units=FUNCTIONS / QUOTE_AGE_SECONDS * units,
        limit=PARTITION_READ_UNITS,
        transactions=False,
    )


def _times(reads: int) -> Callable[[Order], Iterable[str]]:
    return lambda _order: itertools.repeat("one", reads)


def _coupon(reads: int) -> Callable[[Order], Iterable[str]]:
    return lambda order: itertools.repeat(CODE, reads if order.has_coupon else 0)


def _promoted(order: Order) -> Iterable[str]:
    """Who redeems it asks for it by its code, as quotes do not."""
    return [SITEWIDE_CODE] if order.is_promoted else []


def _stock(order: Order) -> Iterator[str]:
    for sku in order.skus:
        # By who reserves it, and consistently by who looks whether it is low.
        yield from itertools.repeat(stock_key(f"sku-{sku}", DEFAULT_LOCATION)[0], 2)


def _uses(order: Order) -> Iterator[str]:
    """Of the 32 counters, which are read alike, one."""
    return itertools.repeat(shard_keys(CODE)[0][0], QUOTES if order.has_coupon else 0)


def _priced(order: Order) -> Iterator[str]:
    for place, sku in enumerate(order.skus):
        yield from itertools.repeat(sku_key(f"sku-{sku}"), QUOTES - place)


def _copies(reads: int) -> Callable[[Order], Iterable[str]]:
    return lambda order: (sku_key(f"sku-{sku}") for sku in order.skus for _ in range(reads))


def _asked(order: Order) -> Iterator[str]:
    for number, name in enumerate(EVENTS):
        yield wanting_key(name, copy_of(f"{order.id}-{number}"))
