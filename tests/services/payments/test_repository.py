from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from payments.ledger import AccountTotals
from payments.ledger_repository import SHARDS, LedgerRepository, shard_of
from payments.observation import AUTHORIZED, CAPTURED
from payments.repository import PaymentRepository
from store.operations import Operation
from store.table import Table
from tests.services.payments.payments import AMOUNT, payment, seen


class Interrupted(Table):
    """A real table to which something else happens just before its next transaction."""

    def __init__(self, table: Table, meanwhile: Callable[[], object]) -> None:
        super().__init__(name=table.name, client=table._client)
        self._meanwhile: list[Callable[[], object]] = [meanwhile]

    def transact(self, operations: Sequence[Operation], *, token: str | None = None) -> None:
        while self._meanwhile:
            self._meanwhile.pop()()
        super().transact(operations, token=token)


def test_a_void_that_comes_while_a_payment_is_begun_wins(new_table: Callable[[], Table]) -> None:
    table = new_table()
    others = PaymentRepository(table)
    begun = PaymentRepository(Interrupted(table, lambda: others.request_void("p-1", correlation_id="c-1")))

    assert begun.begin(payment()) == (None, False)
    assert others.find("p-1") is None


def test_a_payment_that_is_begun_while_a_void_comes_is_voided(new_table: Callable[[], Table]) -> None:
    table = new_table()
    others = PaymentRepository(table)
    voiding = PaymentRepository(Interrupted(table, lambda: others.begin(payment())))

    voided = voiding.request_void("p-1", correlation_id="c-1")

    assert voided is not None
    assert voided.void_requested
    assert others.begin(payment())[0] == voided


def test_of_two_who_begin_a_payment_one_does(new_table: Callable[[], Table]) -> None:
    repository = PaymentRepository(new_table())
    with ThreadPoolExecutor(8) as callers:
        begun = list(callers.map(lambda _: repository.begin(payment()), range(8)))
    assert [is_new for _, is_new in begun].count(True) == 1


def test_who_changes_a_payment_sees_what_others_changed_meanwhile(new_table: Callable[[], Table]) -> None:
    table = new_table()
    others = PaymentRepository(table)
    others.begin(payment())
    authorized = seen(AUTHORIZED)

    def voided_meanwhile() -> None:
        others.request_void("p-1", correlation_id="c-1")

    late = PaymentRepository(Interrupted(table, voided_meanwhile))
    now = late.change("p-1", lambda known: known.observed(authorized), correlation_id="c-1")

    assert now.must_be_voided(authorized)
    assert LedgerRepository(table).balances() == {}


def test_payments_of_one_shard_lose_no_entry_when_they_are_captured_at_once(new_table: Callable[[], Table]) -> None:
    table = new_table()
    repository, ledger = PaymentRepository(table), LedgerRepository(table)
    ids = [f"p-{number}" for number in range(4000) if shard_of(f"p-{number}") == 0][:12]
    for payment_id in ids:
        repository.begin(replace(payment(), id=payment_id))

    def capture(payment_id: str) -> None:
        observed = seen(CAPTURED, payment_id=payment_id)
        repository.change(payment_id, lambda known: known.observed(observed), correlation_id="c-1")

    with ThreadPoolExecutor(6) as callers:
        list(callers.map(capture, ids))

    sold = AccountTotals(credits=AMOUNT * len(ids))
    assert ledger.balances()["USD"]["sales"] == sold
    assert len(ledger.entries(after="", limit=100)) == 3 * len(ids)


def test_payments_spread_over_all_shards() -> None:
    shards = [shard_of(f"payment-{number}") for number in range(100 * SHARDS)]
    assert {shards.count(shard) // 50 for shard in range(SHARDS)} <= {1, 2}
