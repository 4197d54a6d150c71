"""The few calls of tantivy that the service makes, with the types that its stubs leave open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import tantivy

from search.document import Document
from search.schema import CIRCLES_SINCE, PRICES_SINCE, SCHEMA_VERSION, index_schema, register_analyzers

_ARENA_BYTES = 32_000_000
"""What a writer collects in memory before it starts a segment; tantivy asks for 15 MB at least."""
_WHOLE_ARENA_BYTES = 256_000_000
"""The same for a whole index: some 100,000 small products in one segment, for each more makes every query longer. It is
taken as it is needed."""

DEEPEST = 65_000
"""How many matches can be put in order: tantivy counts no more different keys."""

Aggregations: TypeAlias = Mapping[str, Any]
"""Aggregations, asked for and answered, in the form that Elasticsearch gave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The answer to a search: the matches of one page in order, and how many there are in all."""

    addresses: Sequence[tantivy.DocAddress]
    total: int


def create_index(directory: Path, documents: Iterable[Document]) -> None:
    """Write a new index of these published documents into an empty directory."""
    index = register_analyzers(tantivy.Index(index_schema(), path=str(directory), reuse=False))
    writer = index.writer(heap_size=_WHOLE_ARENA_BYTES, num_threads=1)
    for document in documents:
        writer.add_document(document.to_index())
    _finish(writer)


def amend_index(directory: Path, documents: Iterable[Document]) -> None:
    """Replace these documents in the index of a directory; withdrawn ones are removed."""
    writer = _open(directory).writer(heap_size=_ARENA_BYTES, num_threads=1)
    for document in documents:
        writer.delete_documents_by_term("id", document.id)
        if document.is_published:
            writer.add_document(document.to_index())
    _finish(writer)


def _finish(writer: tantivy.IndexWriter) -> None:
    writer.commit()
    # Merges run in threads of their own and end in a meta.json of their own: only after that the files are final.
    writer.wait_merging_threads()


def _open(directory: Path) -> tantivy.Index:
    return register_analyzers(tantivy.Index.open(str(directory)))


class Searcher:
    """One generation of the index, open for reading. Safe to use from several threads.

    Args:
        directory: where the generation is; files may be removed once this object exists.
        schema_version: of the code that wrote it.
    """

    def __init__(self, directory: Path, *, schema_version: int = SCHEMA_VERSION) -> None:
        self._schema_version = schema_version
        index = _open(directory)
        # A generation never changes: by default tantivy would start a thread that watches meta.json for changes.
        index.config_reader(reload_policy="manual")
        self._searcher = index.searcher()

    @property
    def size(self) -> int:
        """How many products are in the index."""
        return self._searcher.num_docs

    @property
    def has_prices_by_currency(self) -> bool:
        """Whether products are in it with further prices than their first one."""
        return self._schema_version >= PRICES_SINCE

    @property
    def has_word_circles(self) -> bool:
        """Whether the fields of `search.word_circles` are in it."""
        return self._schema_version >= CIRCLES_SINCE

    def has_code(self, code: str) -> bool:
        """Whether a product may have this id or SKU, in lower case; one that was withdrawn counts for a while."""
        return self._searcher.doc_freq("code", code) > 0

    def search(
        self, query: tantivy.Query, *, limit: int, offset: int = 0, order: tuple[str, bool] | None = None
    ) -> Hits:
        """Give one page of matches.

        Args:
            query: what to match.
            limit: matches at most, 1 or more.
            offset: matches to leave out first.
            order: a field of sort keys that every match has, and whether to sort descending by it; by relevance when
                left out.
        """
        if order is not None:
            return self._in_order(query, limit=limit, offset=offset, field=order[0], descending=order[1])
        # tantivy makes room for all that it is asked for, however few there are.
        offset = min(offset, self.size)
        limit = max(1, min(limit, self.size - offset))
        result = self._searcher.search(query, limit=limit, offset=offset)
        total: int = result.count  # type: ignore[attr-defined]  # missing in the stubs
        return Hits(addresses=[address for _, address in result.hits], total=total)

    def _in_order(self, query: tantivy.Query, *, limit: int, offset: int, field: str, descending: bool) -> Hits:
        # The keys are counted rather than the matches sorted: the dictionary of a field has them in order, so it takes
        # a fraction of the time, far down the pages too. And tantivy sorts by no field within one of JSON.
        seen = max(1, min(offset + limit, self.size, DEEPEST))
        keys = {"field": field, "size": seen, "segment_size": seen, "order": {"_key": "desc" if descending else "asc"}}
        counted = self._searcher.aggregate(query, {"keys": {"terms": keys}})["keys"]
        page = counted["buckets"][offset:seen]
        addresses = [self._address(bucket["key"].rpartition(" ")[2]) for bucket in page]
        return Hits(
            addresses=[address for address in addresses if address is not None],
            total=sum(bucket["doc_count"] for bucket in counted["buckets"]) + counted["sum_other_doc_count"],
        )

    def product(self, address: tantivy.DocAddress) -> bytes:
        """Give the stored JSON of a match."""
        return bytes(self._searcher.doc(address)["product"][0])

    def aggregate(self, query: tantivy.Query, aggregations: Aggregations) -> Aggregations:
        """Compute aggregations over all matches."""
        answer: Aggregations = self._searcher.aggregate(query, dict(aggregations))
        return answer

    def completions(self, prefix: str, *, among: tantivy.Query, limit: int) -> Sequence[tuple[str, int]]:
        """Give the words of names, categories, brands and tags that begin so, the most frequent first.

        Args:
            prefix: as `search.schema.plain_analyzer` gives words; empty for all words.
            among: the products that are looked at.
            limit: words at most.

        Returns:
            Each word with the number of products among those that have it.
        """
        return self._searcher.terms_with_prefix("words", prefix, among, limit)

    def version(self, id: str) -> int | None:
        """Give the version of a product that is indexed; None when it is not in the index."""
        address = self._address(id)
        if address is None:
            return None
        (version,) = self._searcher.fast_field_values("version", [address])
        return int(version or 0)

    def document(self, id: str) -> Document | None:
        """Give a product as it is indexed; None when it is not in the index."""
        address = self._address(id)
        if address is None:
            return None
        (version,) = self._searcher.fast_field_values("version", [address])
        return Document(id=id, version=int(version or 0), product=self.product(address).decode())

    def _address(self, id: str) -> tantivy.DocAddress | None:
        query = tantivy.Query.term_query(index_schema(), "id", id, "basic")
        hits = self._searcher.search(query, limit=1, count=False).hits
        return hits[0][1] if hits else None
