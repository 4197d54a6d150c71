"""The payments in the table whose provider is to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.record import PAYMENT, payment_key
from payments.waiting import WAITING_INDEX, instant, next_question
from store.errors import ConditionFailedError
from store.operations import Condition, Update
from store.table import Table


@dataclass(frozen=True, kw_only=True)
class DueQuestion:
    """The provider is to be asked about a payment.

    Attributes:
        payment_id: which.
        ask_at: since when, as the index has it.
        waiting_since: when the payment last changed.
    """

    payment_id: str
    ask_at: str
    waiting_since: datetime


class WaitingPayments:
    """Finds payments of which the provider has said nothing for a while.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, shard: int, *, now: datetime, limit: int) -> list[DueQuestion]:
        """Give what is to be asked by now, what waits longest first.

        Args:
            shard: of which partition of the index, 0 to 63.
            now: the present time.
            limit: how many at most.
        """
        found = self._table.query(
            "waiting_shard = :shard AND ask_at <= :now",
            values={":shard": str(shard), ":now": instant(now)},
            index=WAITING_INDEX,
            limit=limit,
        )
        return [
            DueQuestion(
                payment_id=str(item["pk"]).partition("#")[2],
                ask_at=str(item["ask_at"]),
                waiting_since=datetime.fromisoformat(str(item["updated_at"])),
            )
            for item in found
        ]

    def take(self, due: DueQuestion, *, now: datetime) -> bool:
        """Put a question off to its next time, and say whether it is for the caller to ask it now.

        The payment's version stays, so that a webhook which comes meanwhile is not held up.
        """
        following = next_question(due.waiting_since, now=now)
        try:
            self._table.write(
                Update(
                    pk=payment_key(due.payment_id),
                    sk=PAYMENT,
                    expression="SET ask_at = :following" if following else "REMOVE waiting_shard, ask_at",
                    values={":following": instant(following)} if following else {},
                    # Else somebody else asks, or it waits no more.
                    condition=Condition(expression="ask_at = :seen", values={":seen": due.ask_at}),
                )
            )
        except ConditionFailedError:
            return False
        return True
