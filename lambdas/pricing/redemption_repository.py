"""Uses of codes that count.

A use, the counter that it is counted by and the customer's own are written in one transaction. So limits hold whoever
redeems at the same time, and a redemption that is sent again finds itself. One that was given back stays as a mark,
which refuses a redemption that arrives late.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict, cast

from pricing.customer_uses import CUSTOMER_KEY, EMAIL_KEY, count_customer, most_uses, uncount_customer, use_keys
from pricing.promotion import Promotion
from pricing.quota import SHARDS
from pricing.shard_items import shard_keys, shards_of, uncount
from pricing.tally_items import uncount_in_tally
from pricing.tally_repository import TallyRepository
from pricing.use_counter import CouponExhaustedError, OtherCounters, first_counter
from store.contention import until_written
from store.operations import ABSENT, Condition, Delete, Item, Operation, Put, Update
from store.table import Table

REDEMPTION = "REDEMPTION"
MARK_SECONDS = 30 * 24 * 60 * 60
"""How long a use that was given back refuses to be counted: far longer than anybody sends a request again."""


class RedemptionReleasedError(Exception):
    """The use was given back before: it cannot count any more."""


class _RedemptionRecord(TypedDict, total=False):
    state: Literal["counted", "released"]
    shard: int
    tally: int
    customer_key: str
    email_key: str


class RedemptionRepository:
    """Counts uses and takes them back.

    Args:
        table: pricing's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._other_counters = OtherCounters(table)
        self._tallies = TallyRepository(table)

    def is_counted(self, code: str, redemption_id: str) -> bool:
        """Say whether a use counts already.

        Raises:
            RedemptionReleasedError: it was given back.
        """
        found = self._find(code, redemption_id)
        if found and found["state"] == "released":
            raise RedemptionReleasedError(f"redemption {redemption_id} of {code} was given back")
        return found is not None

    def count(self, promotion: Promotion, redemption_id: str, *, customers: Mapping[str, str]) -> bool:
        """Let a use count; say whether it did not before.

        Args:
            promotion: what is used; one without a limit may be as it was before.
            redemption_id: of the use.
            customers: the keys of whoever uses it, by what they are made of.

        Raises:
            RedemptionReleasedError: it was given back.
            CouponExhaustedError: the limit, or the customer's, is reached.
            ThrottledError: when too many use it at once.
        """
        code = promotion.code
        counter = first_counter(promotion, redemption_id)

        def write(attempt: int) -> bool:
            # Most find room where they look first, so only who did not asks how things stand.
            nonlocal counter
            if attempt:
                if self.is_counted(code, redemption_id):
                    return False
                counter = self._other_counters.than(counter)
                self._require_customer_may_use(counter.promotion, list(customers.values()))
            record = {"state": "counted", counter.kind: counter.number, **customers}
            self._table.transact(
                [
                    Put(item={**_key(code, redemption_id), **record}, condition=ABSENT),
                    counter.write,
                    *(
                        count_customer(code, customer, limit=counter.promotion.limit_per_customer)
                        for customer in customers.values()
                    ),
                ]
            )
            return True

        return until_written(write, what=f"the uses of {code}")

    def release(self, code: str, redemption_id: str) -> None:
        """Take a use back, whether it was counted or not; it never will be again.

        Raises:
            ThrottledError: when too many use the code at once.
        """
        mark: Item = {
            **_key(code, redemption_id),
            "state": "released",
            "expires_at": int(time.time()) + MARK_SECONDS,
        }

        def write(_attempt: int) -> None:
            found = self._find(code, redemption_id)
            if found is None:
                self._table.write(Put(item=mark, condition=ABSENT))
            elif found["state"] == "counted":
                operations: list[Operation] = [
                    Put(item=mark, condition=_unchanged(found)),
                    self._uncount(code, found),
                ]
                operations += [uncount_customer(code, customer) for customer in _customers(found)]
                self._table.transact(operations)

        until_written(write, what=f"the uses of {code}")

    def forget(self, code: str, redemption_id: str) -> None:
        """Let a use be nobody's: it still counts, but no more for whoever it was.

        Raises:
            ThrottledError: when others write it at the same time.
        """

        def write(_attempt: int) -> None:
            found = self._find(code, redemption_id)
            if not found or not _customers(found):
                return
            key = _key(code, redemption_id)
            nobodys = Update(
                pk=key["pk"],
                sk=key["sk"],
                expression=f"REMOVE {CUSTOMER_KEY}, {EMAIL_KEY}",
                condition=_unchanged(found),
            )
            counters = [Delete(pk=pk, sk=sk) for pk, sk in use_keys(code, _customers(found))]
            self._table.transact([nobodys, *counters])

        until_written(write, what=f"redemption {redemption_id} of {code}")

    def exhausted(
        self, promotions: Sequence[Promotion], customers: Sequence[str]
    ) -> dict[str, Literal["exhausted", "already-used"]]:
        """Give why those that are used up cannot be used, by code; one read for each hundred counters.

        Args:
            promotions: each once.
            customers: the keys of whoever would use them.
        """
        keys = [key for promotion in promotions if promotion.limit for key in shard_keys(promotion.code)]
        keys += [
            key
            for promotion in promotions
            if promotion.limit_per_customer
            for key in use_keys(promotion.code, customers)
        ]
        found = {str(item["pk"]): item for item in self._table.get_many(keys)}
        reasons: dict[str, Literal["exhausted", "already-used"]] = {}
        for promotion in promotions:
            shards = shards_of([found[pk] for pk, _ in shard_keys(promotion.code) if pk in found])
            uses = most_uses([found[pk] for pk, _ in use_keys(promotion.code, customers) if pk in found])
            if promotion.limit and not any(shard.has_room for shard in shards):
                reasons[promotion.code] = "exhausted"
            elif promotion.limit_per_customer and uses >= promotion.limit_per_customer:
                reasons[promotion.code] = "already-used"
        return reasons

    def _find(self, code: str, redemption_id: str) -> _RedemptionRecord | None:
        key = _key(code, redemption_id)
        return cast("_RedemptionRecord | None", self._table.get(key["pk"], key["sk"], consistent=True))

    def _uncount(self, code: str, record: _RedemptionRecord) -> Operation:
        """Give the write that takes a use back from its counter, or, since that is closed, from one with a quota."""
        if "tally" not in record:
            return uncount(code, record["shard"])
        number = record["tally"]
        if self._tallies.find(code, number).closed_version:
            return uncount(code, number % SHARDS)
        return uncount_in_tally(code, number)

    def _require_customer_may_use(self, promotion: Promotion, customers: Sequence[str]) -> None:
        code, limit = promotion.code, promotion.limit_per_customer
        if limit and most_uses(self._table.get_many(use_keys(code, customers), consistent=True)) >= limit:
            raise CouponExhaustedError(f"this customer has used {code} as often as one may")


def _customers(record: _RedemptionRecord) -> list[str]:
    return [str(record[name]) for name in (CUSTOMER_KEY, EMAIL_KEY) if name in record]  # type: ignore[literal-required]


def _unchanged(record: _RedemptionRecord) -> Condition:
    """Still counted, and whose it was: it may be given back, or be forgotten, meanwhile."""
    knows = f"attribute_exists({EMAIL_KEY})" if "email_key" in record else f"attribute_not_exists({EMAIL_KEY})"
    return Condition(
        expression=f"#state = :counted AND {knows}", names={"#state": "state"}, values={":counted": "counted"}
    )


def _key(code: str, redemption_id: str) -> dict[str, str]:
    return {"pk": f"REDEMPTION#{code}#{redemption_id}", "sk": REDEMPTION}
