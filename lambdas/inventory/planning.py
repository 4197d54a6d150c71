"""From which records a reservation takes its stock, decided anew as long as others are faster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b

from inventory.allocation import InsufficientStockError, Part, TooManyPartsError, allocate
from inventory.record import StockRecord, read_stock
from inventory.repository import StockRepository
from inventory.spreading import gather, level, spread
from inventory.stock import DEFAULT_LOCATION, SkuStock
from store.errors import ConditionFailedError, TransactionCanceledError
from store.table import Table

CONFLICTS = 3
"""After how many meetings with other transactions a writer spreads the stock that they meet on."""


def unseen_shard(reservation_id: str, sku: str, *, shards: int, tries: int = 1) -> int:
    """Give the record that a reservation takes from without looking.

    The first record is read by all, and has what is promised beyond the stock: it is taken from last.

    Args:
        reservation_id: whose.
        sku: of what.
        shards: of how many records the stock consists: 2 to 64.
        tries: how often it was tried, this time included.
    """
    digest = blake2b(f"{reservation_id}\n{sku}\n{tries}".encode(), digest_size=8).digest()
    return 1 + int.from_bytes(digest) % (shards - 1)


class Plan:
    """The records for one reservation.

    At first each SKU's first record is all that is looked at, and of stock that is spread a record is taken unseen: the
    reservation's id chooses, and the write fails if that record has too little. Then all records are read.

    Args:
        table: the inventory.
        reservation_id: whose.
        items: how many of each SKU.
    """

    def __init__(self, table: Table, reservation_id: str, items: Mapping[str, int]) -> None:
        self._table = table
        self._stock = StockRepository(table)
        self._reservation_id = reservation_id
        self._items = items
        self._unseen = True
        self._tries = 0
        self._met: Counter[tuple[str, str]] = Counter()
        self._lacking: list[Part] = []

    def parts(self) -> tuple[Part, ...]:
        """Give from where to take how many.

        Raises:
            InsufficientStockError: when there is not enough of a SKU in all its records.
            ConditionFailedError: when stock was moved between records meanwhile, so that it is not known.
            TooManyPartsError: when the stock lies in too many places.
        """
        self._tries += 1
        if self._unseen and (chosen := self._at_first_sight()) is not None:
            return chosen
        self._unseen = False
        stocks = self._stock.find_many(self._items)
        try:
            return allocate(self._reservation_id, self._items, stocks)
        except InsufficientStockError as error:
            self._require_unmoved([stocks[short.sku] for short in error.shortages if short.sku in stocks])
            raise
        except TooManyPartsError as error:
            if self._gathered(stocks):
                raise ConditionFailedError("stock was gathered") from error
            raise

    def refused(self, error: TransactionCanceledError, parts: tuple[Part, ...]) -> None:
        """Learn from a write that was refused.

        Args:
            error: what the table said of the reservation's write, followed by those of its parts.
            parts: what it was to take.
        """
        reasons = error.reasons[1 : len(parts) + 1]
        if "ConditionalCheckFailed" in reasons or not reasons:
            self._unseen = False
        for part, reason in zip(parts, reasons, strict=False):
            if reason == "ConditionalCheckFailed" and part.shard:
                self._lacking.append(part)
            if reason == "TransactionConflict":
                self._met[part.sku, part.location] += 1
                if self._met[part.sku, part.location] == CONFLICTS and (stock := self._stock.find(part.sku)):
                    spread(self._table, stock, part.location)

    def made(self) -> None:
        """Fill the records that had too little, now that the order has what it needs, for whoever comes next."""
        for part in self._lacking:
            if stock := self._stock.find(part.sku):
                level(self._table, stock, part.location, part.shard)

    def _at_first_sight(self) -> tuple[Part, ...] | None:
        firsts = self._stock.first_records(self._items, consistent=False)
        known: dict[str, SkuStock] = {}
        unseen: dict[str, Part] = {}
        for sku, quantity in self._items.items():
            first = firsts.get(sku)
            if first is None or first.get("other_locations"):
                return None
            if shards := first.get("shards", {}).get(DEFAULT_LOCATION):
                unseen[sku] = Part(
                    sku=sku,
                    location=DEFAULT_LOCATION,
                    quantity=quantity,
                    shard=unseen_shard(self._reservation_id, sku, shards=shards, tries=self._tries),
                )
            else:
                known[sku] = read_stock(sku, first, [])
        seen = {sku: quantity for sku, quantity in self._items.items() if sku in known}
        try:
            chosen = {part.sku: part for part in allocate(self._reservation_id, seen, known)}
        except InsufficientStockError:
            return None
        return tuple((chosen | unseen)[sku] for sku in self._items)

    def _require_unmoved(self, short: list[SkuStock]) -> None:
        spread_ones = {stock.sku: stock.moves for stock in short if len(stock.parts) > 1}
        if not spread_ones:
            return
        now: Mapping[str, StockRecord] = self._stock.first_records(spread_ones, consistent=True)
        if {sku: record.get("moves", 0) for sku, record in now.items()} != spread_ones:
            raise ConditionFailedError("stock was moved while it was looked at")

    def _gathered(self, stocks: Mapping[str, SkuStock]) -> bool:
        places = [(stock, location) for stock in stocks.values() for location in stock.locations]
        return sum(gather(self._table, stock, location) for stock, location in places) > 0
