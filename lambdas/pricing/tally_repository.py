"""The counters of codes without a limit, in the table."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from pricing.tally_items import TALLIES, Tally, close_tally, tally_key, tally_keys, tally_of
from store.contention import until_written
from store.table import Table

_CLOSERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="tally")


class TallyRepository:
    """Reads and closes them.

    Args:
        table: pricing's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, code: str, number: int) -> Tally:
        """Give one of a code's counters as it is after every write so far."""
        return tally_of(self._table.get(*tally_key(code, number), consistent=True))

    def uses(self, code: str) -> int:
        """Give how many uses of a code they count; three reads."""
        return sum(tally_of(item).uses for item in self._table.get_many(tally_keys(code), consistent=True))

    def close(self, code: str, *, version: int) -> None:
        """Let all of a code count nothing more for who knows this version of the promotion, or one before it.

        Each is closed by itself, for no transaction of all would find all of them idle in a rush. Whoever dies
        half way has closed some, and may be followed by who closes them again.

        Raises:
            ThrottledError: when too many use the code at once.
        """
        at = int(time.time())

        def close(number: int) -> None:
            def write(attempt: int) -> None:
                # Somebody who knew more has closed it for us.
                if attempt and self.find(code, number).closed_version > version:
                    return
                # Of one write, but a transaction: it tells a conflict with another one from a fault.
                self._table.transact([close_tally(code, number, version=version, at=at)])

            until_written(write, what=f"the uses of {code}")

        list(_CLOSERS.map(close, range(TALLIES)))
