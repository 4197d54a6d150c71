"""Jobs in the table. A checkpoint holds only if nobody else made one meanwhile.

JOB#<kind>#<id>  JOB            how far it is
JOB#<kind>#<id>  PIECE#<number> a piece of its file, see ``pieces``
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import cast

from catalog.job import Job, Kind
from contracts.catalog_job_events import CatalogJobDue, DueCatalogJob
from outbox.record import current_trace_header, outbox_record
from store.errors import ConditionFailedError, TransactionCanceledError
from store.operations import Condition, Item, Operation, Put, version_is
from store.table import Table

JOB = "JOB"


class OvertakenError(ConditionFailedError):
    """Somebody else has made a checkpoint of the job since it was read."""


class JobRepository:
    """Reads and writes jobs.

    Args:
        table: the catalog.
    """

    def __init__(self, table: Table) -> None:
        self.table = table

    def find(self, kind: Kind, id: str) -> Job | None:
        """Give a job, or None when there is none, or none any more."""
        found = self.table.get(job_key(kind, id), JOB, consistent=True)
        if found is None or cast(int, found["expires_at"]) < time.time():
            return None
        fields = {name: value for name, value in found.items() if name not in ("pk", "sk", "expires_at")}
        return Job(**fields)  # type: ignore[arg-type]  # as _item wrote it

    def add(self, job: Job, *, correlation_id: str | None, alongside: Sequence[Operation] = ()) -> None:
        """Write a new job.

        Args:
            job: the job.
            correlation_id: of the request; work begins at once with it, or not yet when it is None.
            alongside: further writes of the transaction.

        Raises:
            TransactionCanceledError: there is such a job, or another of the writes does not hold.
        """
        due = [] if correlation_id is None else [_due(job, correlation_id)]
        # One that is forgotten may lie there until DynamoDB finds the time to remove it.
        is_free = Condition(
            expression="attribute_not_exists(pk) OR expires_at < :now", values={":now": int(time.time())}
        )
        self.table.transact([Put(item=_item(job), condition=is_free), *due, *alongside])

    def advance(
        self, job: Job, following: Job, *, correlation_id: str | None = None, alongside: Sequence[Operation] = ()
    ) -> Job:
        """Write a checkpoint; give the job as it is now.

        Args:
            job: as it was read.
            following: as it is to be.
            correlation_id: let the next turn of work begin, for this request; None to begin none.
            alongside: further writes of the transaction.

        Raises:
            OvertakenError: the job is no longer as it was read.
        """
        due = [] if correlation_id is None else [_due(following, correlation_id)]
        try:
            self.table.transact(
                [Put(item=_item(following), condition=version_is(job.version)), *due, *alongside],
            )
        except (ConditionFailedError, TransactionCanceledError) as error:
            raise OvertakenError(f"{job.kind} {job.id} is no longer at version {job.version}") from error
        return following


def job_key(kind: Kind, id: str) -> str:
    """Give the partition key of all that belongs to a job."""
    return f"JOB#{kind}#{id}"


def _item(job: Job) -> Item:
    fields = {name: value for name, value in vars(job).items() if value is not None}
    return {**fields, "pk": job_key(job.kind, job.id), "sk": JOB, "expires_at": job.expires_at}


def _due(job: Job, correlation_id: str) -> Put:
    due = DueCatalogJob(kind=job.kind, job_id=job.id, run=job.run)
    return outbox_record(CatalogJobDue.of(due, correlation_id=correlation_id, trace_header=current_trace_header()))
