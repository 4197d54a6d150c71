"""The projection: what search knows of every product, from which the index can be made again at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydynox import DynamoDBClient

from search.document import Document
from store.errors import ConditionFailedError
from store.operations import Condition, Item, Put
from store.table import Table, dynamodb

_PREFIX = "DOCUMENT#"
_SK = "DOCUMENT"
_PARALLEL_WRITES = 8


class Projection:
    """Documents by product, each only ever replaced by a later version of itself.

    A withdrawn product leaves its tombstone for ever, so that an event that arrives late cannot bring it back.

    Args:
        table: the service's table.
        client: the client that scans it; the process's one when left out.
    """

    def __init__(self, table: Table, *, client: DynamoDBClient | None = None) -> None:
        self._table = table
        self._client = client

    def apply(self, document: Document) -> bool:
        """Store a document unless the same or a later version is there; say whether it was stored. One write."""
        later = Condition(
            expression="attribute_not_exists(pk) OR #version < :version",
            names={"#version": "version"},
            values={":version": document.version},
        )
        return self._put(document, later)

    def _put(self, document: Document, condition: Condition) -> bool:
        item: dict[str, object] = {
            "pk": f"{_PREFIX}{document.id}",
            "sk": _SK,
            "id": document.id,
            "version": document.version,
        }
        if document.product is not None:
            item["product"] = document.product
        try:
            self._table.write(Put(item=item, condition=condition))
        except ConditionFailedError:
            return False
        return True

    def correct(self, documents: Sequence[Document]) -> int:
        """Store documents of which the catalog says that this is how they are; say how many were other before.

        What is known already costs a read of it and no write. A later version that is there stays.
        """
        known = {document.id: document for document in self.read([document.id for document in documents])}
        wrong = [document for document in documents if _is_wrong(known.get(document.id), document)]
        if not wrong:
            return 0
        with ThreadPoolExecutor(min(_PARALLEL_WRITES, len(wrong))) as pool:
            return sum(pool.map(self._correct, wrong))

    def _correct(self, document: Document) -> bool:
        not_later = Condition(
            expression="attribute_not_exists(pk) OR #version <= :version",
            names={"#version": "version"},
            values={":version": document.version},
        )
        return self._put(document, not_later)

    def withdraw(self, id: str, *, version: int) -> bool:
        """Let a product be gone, of which the catalog knows nothing; say whether that is news. One write.

        Its tombstone has the version of what was there: whatever the catalog says next of the product is later.

        Args:
            id: the product.
            version: as it is known; nothing happens when it is another by now.
        """
        unchanged = Condition(
            expression="#version = :version AND attribute_exists(product)",
            names={"#version": "version"},
            values={":version": version},
        )
        return self._put(Document(id=id, version=version, product=None), unchanged)

    def read(self, ids: Sequence[str]) -> list[Document]:
        """Give the documents of these products as they are now; products never heard of are left out."""
        keys = [(f"{_PREFIX}{product}", _SK) for product in ids]
        return [_document(item) for item in self._table.get_many(keys, consistent=True)]

    def published(self) -> Iterator[Document]:
        """Give every published document, a page at a time: a scan of the whole table, for rebuilding only.

        It costs one read unit for 4 KB of table (2,500 products of 1 KB: 625 units, in about a second) and holds one
        page of at most 1 MB in memory. Consistent: it sees every document that was stored before it began.
        """
        pages = (self._client or dynamodb()).sync_scan(
            self._table.name,
            filter_expression="begins_with(pk, :prefix) AND attribute_exists(product)",
            expression_attribute_values={":prefix": _PREFIX},
            consistent_read=True,
        )
        return (_document(item) for item in pages)


def _is_wrong(known: Document | None, document: Document) -> bool:
    if known is None or known.version < document.version:
        return True
    return known.version == document.version and known.product != document.product


def _document(item: Item | Mapping[str, object]) -> Document:
    product, version = item.get("product"), item["version"]
    if not isinstance(version, int):
        raise TypeError(f"document {item['pk']!r} has version {version!r}, not an integer")
    return Document(id=str(item["id"]), version=version, product=None if product is None else str(product))
