"""Rebuilds in the table. A checkpoint holds only if nobody else made one meanwhile."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

from contracts.search_events import DueIndexRebuild, IndexRebuildDue
from outbox.record import current_trace_header, outbox_record
from search.rebuild import Rebuild
from store.errors import TransactionCanceledError
from store.operations import ABSENT, Item, Put, version_is
from store.table import Table

_SK = "REBUILD"


class OvertakenError(Exception):
    """Somebody else has made a checkpoint of the rebuild since it was read."""


class RebuildRepository:
    """Reads and writes rebuilds.

    Args:
        table: the service's table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, id: str) -> Rebuild | None:
        """Give a rebuild, or None when there is none, or none any more."""
        found = self._table.get(_pk(id), _SK, consistent=True)
        if found is None or cast(int, found["expires_at"]) < time.time():
            return None
        fields = {name: value for name, value in found.items() if name in Rebuild.__dataclass_fields__}
        return Rebuild(**cast("Mapping[str, object]", fields))  # type: ignore[arg-type]  # as _item wrote it

    def add(self, rebuild: Rebuild, *, correlation_id: str) -> None:
        """Write a new rebuild, and let its work begin.

        Raises:
            TransactionCanceledError: there is one of that id.
        """
        self._table.transact([Put(item=_item(rebuild), condition=ABSENT), _due(rebuild, correlation_id)])

    def advance(self, rebuild: Rebuild, following: Rebuild) -> Rebuild:
        """Write a checkpoint; give the rebuild as it is now.

        Args:
            rebuild: as it was read.
            following: as it is to be.

        Raises:
            OvertakenError: the rebuild is no longer as it was read.
        """
        self._transact(rebuild, Put(item=_item(following), condition=version_is(rebuild.version)))
        return following

    def hand_over(self, rebuild: Rebuild, *, correlation_id: str) -> None:
        """Let another turn of work go on with a rebuild.

        Raises:
            OvertakenError: the rebuild is no longer as it was read.
        """
        following = rebuild.advanced(run=rebuild.run + 1)
        write = Put(item=_item(following), condition=version_is(rebuild.version))
        self._transact(rebuild, write, _due(following, correlation_id))

    def _transact(self, rebuild: Rebuild, *operations: Put) -> None:
        try:
            self._table.transact(operations)
        except TransactionCanceledError as error:
            raise OvertakenError(f"rebuild {rebuild.id} is no longer at version {rebuild.version}") from error


def _pk(id: str) -> str:
    return f"REBUILD#{id}"


def _item(rebuild: Rebuild) -> Item:
    fields = {name: value for name, value in vars(rebuild).items() if value is not None}
    return {**fields, "pk": _pk(rebuild.id), "sk": _SK, "expires_at": rebuild.expires_at}


def _due(rebuild: Rebuild, correlation_id: str) -> Put:
    due = DueIndexRebuild(rebuild_id=rebuild.id, run=rebuild.run)
    return outbox_record(IndexRebuildDue.of(due, correlation_id=correlation_id, trace_header=current_trace_header()))
