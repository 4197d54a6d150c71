"""Promotions in the table, with the counters of their uses."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, cast

from contracts.pricing import QUOTE_AGE_SECONDS
from pricing.promotion import Promotion
from pricing.promotion_document import document_of, promotion_of
from pricing.quota import Shard, divided, first_shards
from pricing.shard_items import divide_shard, put_shard, shard_keys, shards_of
from pricing.tally_repository import TallyRepository
from store.contention import until_written
from store.operations import ABSENT, Item, Operation, Put, version_is
from store.recent import Recent
from store.table import Table

PROMOTION = "PROMOTION"
LISTED_INDEX = "listed"
AUTOMATIC_INDEX = "automatic"
MAXIMUM_AUTOMATIC = 50
"""How many promotions without a coupon a quote considers: those of the highest priority."""

_recent: Recent[tuple[str, str], Promotion] = Recent(seconds=QUOTE_AGE_SECONDS, most=1000)
_recent_automatic: Recent[str, Sequence[Promotion]] = Recent(seconds=QUOTE_AGE_SECONDS, most=1)


class _PromotionRecord(TypedDict, total=False):
    pk: str
    version: int
    document: str
    disabled_at: str


class PromotionRepository:
    """Reads and writes promotions.

    Args:
        table: pricing's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._tallies = TallyRepository(table)

    def find(self, code: str) -> Promotion | None:
        """Give a promotion as it is after every write so far, or None when there is none."""
        found = self._table.get(_key(code), PROMOTION, consistent=True)
        return _promotion(found) if found else None

    def recent(self, codes: Collection[str]) -> dict[str, Promotion]:
        """Give those of the promotions that there are, by code, as they were at most two seconds ago; one read."""

        def read(keys: list[tuple[str, str]]) -> dict[tuple[str, str], Promotion]:
            found = self._table.get_many([(_key(code), PROMOTION) for _, code in keys], consistent=True)
            return {(self._table.name, promotion.code): promotion for promotion in map(_promotion, found)}

        kept = _recent.find_many([(self._table.name, code) for code in codes], read)
        return {code: promotion for (_, code), promotion in kept.items()}

    def recent_automatic(self) -> Sequence[Promotion]:
        """Give the promotions that needed no coupon and were enabled at most two seconds ago.

        They are 50 of the highest priority at most; one query.
        """
        return _recent_automatic.find(self._table.name, self._automatic)

    def _automatic(self) -> Sequence[Promotion]:
        found = self._table.query(
            "automatic = :automatic",
            values={":automatic": "AUTOMATIC"},
            limit=MAXIMUM_AUTOMATIC,
            index=AUTOMATIC_INDEX,
        )
        return [_promotion(item) for item in found]

    def page(self, *, after: str, limit: int) -> list[Promotion]:
        """Give the promotions whose codes follow one code; one query.

        Args:
            after: a code; ``""`` to begin with the first.
            limit: how many at most.
        """
        condition, values = "listed = :listed", {":listed": "PROMOTION"}
        if after:
            condition, values = f"{condition} AND listed_key > :after", {**values, ":after": after}
        found = self._table.query(condition, values=values, limit=limit, index=LISTED_INDEX)
        return [_promotion(item) for item in found]

    def uses(self, code: str) -> int:
        """Give how often a code was used; four reads."""
        return sum(shard.uses for shard in self.shards(code)) + self._tallies.uses(code)

    def shards(self, code: str) -> list[Shard]:
        """Give the counters that share a code's limit; none when there is no such promotion."""
        return shards_of(self._table.get_many(shard_keys(code), consistent=True))

    def change(self, code: str, change: Callable[[Promotion | None], Promotion]) -> Promotion:
        """Give a promotion after a change, made again from the newest state when another writer was faster.

        A change of its limit divides what is left among the counters, in the same transaction. Before one without a
        limit gets other limits, its tallies are closed for the version until then: who still knows that one cannot
        count a use which the new limits do not see. Whoever dies in between has changed nothing; see ``reopen``.

        Args:
            code: which.
            change: gives the new promotion for the present one (None: there is none); the same object to leave it. It
                may raise to refuse.

        Raises:
            ThrottledError: when too many write it, or use it while its limit changes.
        """

        def write(_attempt: int) -> Promotion:
            current = self.find(code)
            changed = change(current)
            if changed is current:
                return changed
            condition = version_is(current.version) if current else ABSENT
            operations: list[Operation] = [Put(item=_item(changed), condition=condition)]
            if current is None:
                operations += [put_shard(code, shard) for shard in first_shards(changed.limit)]
            else:
                if current.is_tallied and not changed.limits_alike(current):
                    self._tallies.close(code, version=current.version)
                if changed.limit != current.limit:
                    operations += [divide_shard(code, shard) for shard in self._divided(code, changed.limit)]
            self._table.transact(operations)
            return changed

        return until_written(write, what=f"promotion {code}")

    def reopen(self, promotion: Promotion) -> Promotion:
        """Give a promotion as it was, a version later: tallies that are closed for it until now are open for this one.

        For one whose limits somebody began to change and never did. If it is only slow, it finds another version.

        Args:
            promotion: as it is.

        Raises:
            TransactionCanceledError: it has changed.
        """
        reopened = replace(promotion, version=promotion.version + 1)
        self._table.transact([Put(item=_item(reopened), condition=version_is(promotion.version))])
        return reopened

    def _divided(self, code: str, limit: int | None) -> list[Shard]:
        return divided(self.shards(code), limit, tallied=0 if limit is None else self._tallies.uses(code))


def _item(promotion: Promotion) -> Item:
    item: dict[str, object] = {
        "pk": _key(promotion.code),
        "sk": PROMOTION,
        "version": promotion.version,
        "document": json.dumps(document_of(promotion), separators=(",", ":"), ensure_ascii=False),
        "listed": "PROMOTION",
        "listed_key": promotion.code,
    }
    if promotion.disabled_at is not None:
        item["disabled_at"] = promotion.disabled_at.isoformat()
    if promotion.automatic and promotion.enabled:
        # Only these are in the index, the highest priority first.
        item |= {"automatic": "AUTOMATIC", "automatic_key": f"{1000 - promotion.priority:04d}#{promotion.code}"}
    return item


def _promotion(item: Item) -> Promotion:
    record = cast(_PromotionRecord, item)
    document: Mapping[str, object] = json.loads(record["document"])
    disabled_at = datetime.fromisoformat(record["disabled_at"]) if "disabled_at" in record else None
    return replace(promotion_of(document, version=record["version"]), disabled_at=disabled_at)


def _key(code: str) -> str:
    return f"PROMOTION#{code}"
