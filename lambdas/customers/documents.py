"""What the service keeps of a customer: a few documents, each with a version that grows with every change.

CUSTOMER#<id>  PROFILE | ADDRESSES | CONSENTS | REQUESTS   version, document
CUSTOMER#<id>  CONSENT#<version>                           one change of a consent, for good
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict, cast

from store.contention import until_written
from store.operations import ABSENT, Operation, Put, version_is
from store.table import Table

Name = Literal["PROFILE", "ADDRESSES", "CONSENTS", "REQUESTS"]
Content = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document as it is stored.

    Attributes:
        version: 1 and more; 0 for what was never written.
        content: what is in it, empty for what was never written.
    """

    version: int = 0
    content: Content = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a document shall become.

    Attributes:
        content: the new content; the same as before changes nothing.
        also: writes of the same transaction. They are made even when the content stays.
    """

    content: Content
    also: Sequence[Operation] = ()


class _Record(TypedDict):
    version: int
    document: str


class CustomerDocuments:
    """Reads and writes the documents.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, customer_id: str, name: Name) -> Document:
        """Give a document after every write so far."""
        found = cast(_Record | None, self._table.get(partition_of(customer_id), name, consistent=True))
        return Document(version=found["version"], content=json.loads(found["document"])) if found else Document()

    def change(self, customer_id: str, name: Name, change: Callable[[Document], Change]) -> Document:
        """Change a document; give what it is then.

        Args:
            customer_id: whose.
            name: which.
            change: gives what becomes of what there is; called again when another writer was faster. What it raises
                passes through.

        Raises:
            ThrottledError: when too many write it at once.
        """

        def write(_attempt: int) -> Document:
            current = self.read(customer_id, name)
            wanted = change(current)
            if wanted.content == current.content:
                if wanted.also:
                    self._table.transact(wanted.also)
                return current
            new = Document(version=current.version + 1, content=wanted.content)
            item = {
                "pk": partition_of(customer_id),
                "sk": name,
                "version": new.version,
                "document": json.dumps(new.content, separators=(",", ":"), ensure_ascii=False),
            }
            unchanged = version_is(current.version) if current.version else ABSENT
            self._table.transact([Put(item=item, condition=unchanged), *wanted.also])
            return new

        return until_written(write, what=f"the customer's {name.lower()}")


def partition_of(customer_id: str) -> str:
    """Give the partition that holds everything of a customer."""
    return f"CUSTOMER#{customer_id}"
