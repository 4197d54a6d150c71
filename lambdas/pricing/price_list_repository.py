"""Price lists in the table.

    PRICE_LIST#<id>  LIST             currency, conversions, version
    PRICE_LIST#<id>  PRICES#<version> the prices

The prices of a version never change, so a function reads them once and asks for the small item from then on.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TypedDict, cast

from contracts.pricing import QUOTE_AGE_SECONDS
from pricing.price_list import Conversion, PriceList
from store.contention import until_written
from store.operations import ABSENT, Item, Operation, Put, Update, version_is
from store.recent import Recent
from store.table import Table

LIST = "LIST"
REPLACED_SECONDS = 60 * 60
"""How long prices stay that were replaced: far longer than a quote takes that has begun with them."""

_KEPT = 20
_recent: Recent[tuple[str, str], PriceList | None] = Recent(seconds=QUOTE_AGE_SECONDS, most=_KEPT)
_prices: OrderedDict[tuple[str, int], Mapping[str, int]] = OrderedDict()


class _ListRecord(TypedDict):
    currency: str
    conversions: str
    version: int


class PriceListRepository:
    """Reads and writes price lists.

    Args:
        table: pricing's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, id: str) -> PriceList | None:
        """Give a list as it is after every write so far, or None when there is none."""
        found = cast("_ListRecord | None", self._table.get(_key(id), LIST, consistent=True))
        if found is None:
            return None
        conversions: Mapping[str, Mapping[str, int]] = json.loads(found["conversions"])
        return PriceList(
            id=id,
            currency=found["currency"],
            prices=self._prices(id, found["version"]),
            conversions={currency: Conversion(**conversion) for currency, conversion in conversions.items()},
            version=found["version"],
        )

    def recent(self, id: str) -> PriceList | None:
        """Give a list as it was at most two seconds ago, or None when there was none."""
        return _recent.find((self._table.name, id), lambda: self.find(id))

    def change(self, id: str, change: Callable[[PriceList | None], PriceList]) -> PriceList:
        """Give a list after a change, made again from the newest state when another writer was faster.

        Args:
            id: which.
            change: gives the new list for the present one (None: there is none); the same object to leave it. It may
                raise to refuse.

        Raises:
            ThrottledError: when too many write it.
        """

        def write(_attempt: int) -> PriceList:
            current = self.find(id)
            changed = change(current)
            if changed is not current:
                self._table.transact(_replacement(current, changed))
            return changed

        return until_written(write, what=f"price list {id}")

    def _prices(self, id: str, version: int) -> Mapping[str, int]:
        key = (f"{self._table.name}#{id}", version)
        if key not in _prices:
            found = self._table.get(_key(id), _prices_key(version), consistent=True)
            _prices[key] = json.loads(cast(str, found["prices"])) if found else {}
            while len(_prices) > _KEPT:
                _prices.popitem(last=False)
        _prices.move_to_end(key)
        return _prices[key]


def _replacement(current: PriceList | None, changed: PriceList) -> list[Operation]:
    pk = _key(changed.id)
    conversions = {currency: asdict(conversion) for currency, conversion in changed.conversions.items()}
    record: Item = {
        "pk": pk,
        "sk": LIST,
        "currency": changed.currency,
        "conversions": json.dumps(conversions, sort_keys=True),
        "version": changed.version,
    }
    prices = json.dumps(dict(sorted(changed.prices.items())), separators=(",", ":"))
    operations: list[Operation] = [
        Put(item=record, condition=version_is(current.version) if current else ABSENT),
        Put(item={"pk": pk, "sk": _prices_key(changed.version), "prices": prices}),
    ]
    if current:
        operations.append(
            Update(
                pk=pk,
                sk=_prices_key(current.version),
                expression="SET expires_at = :then",
                values={":then": int(time.time()) + REPLACED_SECONDS},
            )
        )
    return operations


def _key(id: str) -> str:
    return f"PRICE_LIST#{id}"


def _prices_key(version: int) -> str:
    return f"PRICES#{version:010d}"
