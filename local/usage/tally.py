"""What was used, by service and resource."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Use:
    """Something that is billed.

    Attributes:
        service: the stack that it belongs to, such as `Inventory`.
        resource: the table, index, function, queue or state machine.
        measure: what is counted, such as `dynamodb_write_units`.
    """

    service: str
    resource: str
    measure: str


class Tally:
    """Counts while it is told to; requests and invocations of many threads add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._amounts: Counter[Use] = Counter()
        self._written: Counter[tuple[str, str]] = Counter()
        self._read: Counter[tuple[str, str]] = Counter()
        self._read_units: Counter[tuple[str, str]] = Counter()
        self.counts = False

    def begin(self) -> None:
        """Forget what was counted, and count from now on."""
        with self._lock:
            self._amounts.clear()
            self._written.clear()
            self._read.clear()
            self._read_units.clear()
            self.counts = True

    def end(self) -> None:
        """Count no more; what was counted stays."""
        self.counts = False

    def add(self, resource: str, measure: str, amount: float, *, service: str | None = None) -> None:
        """Count something.

        Args:
            resource: What was used; the stack is the first part of its name unless a service is given.
            measure: What is counted.
            amount: How much.
            service: Whose it is.
        """
        if self.counts:
            with self._lock:
                use = Use(service=service or service_of(resource), resource=resource, measure=measure)
                self._amounts[use] += amount  # type: ignore[assignment]

    def add_write(self, table: str, partition_key: str) -> None:
        """Count a write of an item.

        Args:
            table: Where.
            partition_key: Its value.
        """
        if self.counts:
            with self._lock:
                self._written[table, partition_key] += 1

    def add_read(self, place: str, partition_key: str, units: float) -> None:
        """Count a read of items of one partition.

        Args:
            place: The table, or `table/index`.
            partition_key: Its value.
            units: That it takes.
        """
        self.add(place, "dynamodb_read_units", units)
        if self.counts:
            with self._lock:
                self._read[place, partition_key] += 1
                self._read_units[place, partition_key] += units  # type: ignore[assignment]

    def document(self) -> dict[str, object]:
        """Give what was counted, as JSON has it."""
        with self._lock:
            uses = [
                {"service": use.service, "resource": use.resource, "measure": use.measure, "amount": amount}
                for use, amount in sorted(
                    self._amounts.items(), key=lambda item: (item[0].service, item[0].resource, item[0].measure)
                )
            ]
            written = [
                {"table": table, "partition_key": key, "writes": writes}
                for (table, key), writes in sorted(self._written.items())
            ]
            read = [
                {"table": place, "partition_key": key, "reads": reads, "units": self._read_units[place, key]}
                for (place, key), reads in sorted(self._read.items())
            ]
        return {"counts": self.counts, "uses": uses, "written": written, "read": read}


def service_of(resource: str) -> str:
    """The stack that a resource belongs to: CloudFormation's names begin with it."""
    return resource.partition("-")[0]
