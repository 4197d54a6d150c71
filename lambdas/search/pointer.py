"""The pointer: one item that names the current generation, swapped only by whoever has seen the one before."""

from __future__ import annotations

from store.errors import ConditionFailedError
from store.operations import ABSENT, Condition, Put
from store.table import Table

_PK = "INDEX"
_SK = "CURRENT"


class GenerationConflictError(Exception):
    """Another indexer has swapped the pointer since it was read."""


class Pointer:
    """The name of the current generation.

    Args:
        table: the service's table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self) -> str | None:
        """Give the current generation's name; None before the first one. Costs one consistent read of 1 unit."""
        item = self._table.get(_PK, _SK, consistent=True)
        return None if item is None else str(item["generation"])

    def swap(self, *, expected: str | None, replacement: str) -> None:
        """Make a generation the current one.

        Args:
            expected: what `read` gave before the replacement was made.
            replacement: name of a generation whose bundles are all in the bucket.

        Raises:
            GenerationConflictError: when `expected` is not the current one. That says nothing for certain about this
                call: the client may have sent it twice, and the first may have succeeded.
        """
        unchanged = (
            ABSENT
            if expected is None
            else Condition(
                expression="#generation = :expected",
                names={"#generation": "generation"},
                values={":expected": expected},
            )
        )
        try:
            self._table.write(Put(item={"pk": _PK, "sk": _SK, "generation": replacement}, condition=unchanged))
        except ConditionFailedError as error:
            raise GenerationConflictError(f"generation {expected!r} is no longer the current one") from error
