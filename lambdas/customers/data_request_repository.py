"""Requests in the table, and what services answered.

    EXPORT#<id>   STATE                  customer_id, requested_at, services, answered: a service's number of pages
    EXPORT#<id>   PAGE#<service>#<page>  records
    ERASURE#<id>  STATE                  requested_at, services, answered: what a service kept; nothing of the person

What waits for answers is in the index `waiting` by the time at which they are due. A request gives the last answer that
it needs no place there any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TypedDict, cast

from customers.data_request import EXPORT_KEPT, DataRequest
from edge.identifier import is_identifier
from store.contention import until_written
from store.operations import ABSENT, Item, Put, version_is
from store.table import Table

WAITING_INDEX = "waiting"
Kind = Literal["EXPORT", "ERASURE"]

_STATE = "STATE"
_WAITING = "WAITING"


class _Record(TypedDict, total=False):
    pk: str
    version: int
    customer_id: str
    requested_at: str
    services: str
    answered: str
    expires_at: int


class DataRequestRepository:
    """Reads and writes requests.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, kind: Kind, id: str, *, customer_id: str | None = None) -> DataRequest | None:
        """Give a request, or None when there is none.

        Args:
            kind: of it.
            id: of it.
            customer_id: whose it must be; anybody's when left out.
        """
        found = self._record(kind, id)
        if found is None or (customer_id is not None and found.get("customer_id") != customer_id):
            return None
        return _request(found)

    def answer(self, kind: Kind, id: str, *, service: str, said: object) -> bool:
        """Take a service's answer, the same or another one than before; say whether it is one that is waited for."""

        def write(_attempt: int) -> bool:
            record = self._record(kind, id)
            if record is None:
                return False
            request = _request(record)
            if service not in request.services:
                return False
            answered = {**request.answered, service: said}
            if answered == request.answered:
                return True
            new = DataRequest(id=id, requested_at=request.requested_at, services=request.services, answered=answered)
            version = record["version"]
            item = _item(kind, new, version=version + 1, customer_id=record.get("customer_id"))
            self._table.write(Put(item=item, condition=version_is(version)))
            return True

        return until_written(write, what=f"the request {id}")

    def overdue(self, *, now: datetime, limit: int) -> list[tuple[Kind, DataRequest]]:
        """Give requests that should be complete, the longest overdue first."""
        found = self._table.query(
            "waiting = :waiting AND due_at < :now",
            values={":waiting": _WAITING, ":now": _text(now)},
            limit=limit,
            index=WAITING_INDEX,
        )
        return [(_kind(record), _request(record)) for record in cast("list[_Record]", found)]

    def _record(self, kind: Kind, id: str) -> _Record | None:
        if not is_identifier(id):
            return None
        found = cast(_Record | None, self._table.get(f"{kind}#{id}", _STATE, consistent=True))
        # Time to live removes an item within days, not at once.
        if found is not None and found.get("expires_at", _FAR) < datetime.now(UTC).timestamp():
            return None
        return found


_FAR = 1 << 62


def new_request(kind: Kind, request: DataRequest, *, customer_id: str | None) -> Put:
    """Give the write that keeps a new request.

    Args:
        kind: of it.
        request: nobody has answered it.
        customer_id: whose an export is; None for an erasure, whose record outlives the person's data.
    """
    return Put(item=_item(kind, request, version=1, customer_id=customer_id), condition=ABSENT)


def _item(kind: Kind, request: DataRequest, *, version: int, customer_id: str | None) -> Item:
    item: dict[str, object] = {
        "pk": f"{kind}#{request.id}",
        "sk": _STATE,
        "version": version,
        "requested_at": _text(request.requested_at),
        "services": json.dumps(request.services),
        "answered": json.dumps(request.answered, separators=(",", ":"), ensure_ascii=False),
    }
    if customer_id is not None:
        item["customer_id"] = customer_id
        item["expires_at"] = int((request.requested_at + EXPORT_KEPT).timestamp())
    if not request.is_complete:
        item |= {"waiting": _WAITING, "due_at": _text(request.due_at)}
    return item


def _request(record: _Record) -> DataRequest:
    answered: Mapping[str, object] = json.loads(record["answered"])
    return DataRequest(
        id=record["pk"].partition("#")[2],
        requested_at=datetime.fromisoformat(record["requested_at"]),
        services=tuple(json.loads(record["services"])),
        answered=answered,
    )


def _kind(record: _Record) -> Kind:
    return "EXPORT" if record["pk"].startswith("EXPORT#") else "ERASURE"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
