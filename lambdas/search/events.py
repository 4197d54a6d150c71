"""The catalog's events: a batch becomes documents in the projection, then one generation of the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from aws_lambda_powertools import Logger

from contracts.category_events import CategoryChanged, CategoryDeleted
from contracts.envelope import UnreadableEventError, read_event
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from contracts.schedule_events import IndexCheckDue
from edge.correlation import keys_of
from edge.queue_batch import BatchResponse, QueueBatch, failed
from search import environment
from search.category_hearing import changes_of
from search.category_tree import Branch
from search.document import Document
from search.projection import Projection
from store.errors import StoreError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CatalogEvent: TypeAlias = ProductPublished | ProductUnpublished | ProductDeleted

_CATALOG_CONTRACTS: tuple[type[CatalogEvent], ...] = (ProductPublished, ProductUnpublished, ProductDeleted)
_CATEGORY_CONTRACTS = (CategoryChanged, CategoryDeleted)
_CONTRACTS: tuple[type[CatalogEvent | CategoryChanged | CategoryDeleted | IndexCheckDue], ...] = (
    *_CATALOG_CONTRACTS,
    *_CATEGORY_CONTRACTS,
    IndexCheckDue,
)
_PARALLEL_WRITES = 8

_logger = Logger()


class IndexerEvent(QueueBatch, total=False):
    """A batch, or a person's order to make the whole index again."""

    rebuild: bool


class Rebuilt(TypedDict):
    """The order is carried out."""

    rebuilt: bool


def handler(event: IndexerEvent, context: LambdaContext) -> BatchResponse | Rebuilt:
    """Take in one batch of SQS messages; give back which of them failed, so that only those come again.

    A message that no contract describes fails alone, and so does one whose document cannot be stored. When the index
    cannot be published the whole batch fails: the documents are stored by then, and the next delivery finds that they
    are, indexes what the projection says and so makes up for whatever was missed. Changes of categories need no index,
    and are taken in first.

    By the clock it looks whether there is an index at all, of the schema of this code, and makes it again if not.
    Invoked by hand with `{"rebuild": true}` it makes the whole index again from the projection, whatever there is.
    """
    if event.get("rebuild") is True:
        environment.indexer().rebuild()
        return {"rebuilt": True}
    failures: list[str] = []
    documents: dict[str, Document] = {}
    messages: dict[str, list[str]] = {}
    changes: dict[str, list[tuple[str, Branch]]] = {}
    is_check_due = False
    for record in event["Records"]:
        try:
            heard = read_event(record["body"], expected=_CONTRACTS)
            if isinstance(heard, IndexCheckDue):
                is_check_due = True
                continue
            if isinstance(heard, _CATEGORY_CONTRACTS):
                changes[record["messageId"]] = changes_of(heard)
                _logger.info("event taken", extra={**keys_of(heard.metadata), "request_id": context.aws_request_id})
                continue
            document = _document_of(heard)
        except UnreadableEventError as error:
            _logger.error(
                "unreadable event",
                message_id=record["messageId"],
                reason=str(error),
                request_id=context.aws_request_id,
            )
            failures.append(record["messageId"])
            continue
        about = {**keys_of(heard.metadata), "product_id": document.id, "request_id": context.aws_request_id}
        _logger.info("event taken", extra=about)
        messages.setdefault(document.id, []).append(record["messageId"])
        if document.id not in documents or documents[document.id].version < document.version:
            documents[document.id] = document
    failures.extend(_take_in_categories(changes))
    lost = _store(environment.projection(), list(documents.values()))
    stored = documents.keys() - lost
    if stored:
        environment.indexer().bring_up_to_date(stored)
    if is_check_due and not environment.indexer().is_of_this_schema():
        _logger.warning("the index is missing, or of another schema: it is made again")
        environment.indexer().rebuild()
    failures.extend(message for product in lost for message in messages[product])
    _logger.info(
        "batch taken in",
        messages=len(event["Records"]),
        products=len(stored),
        failed=len(failures),
        request_id=context.aws_request_id,
    )
    return failed(failures)


def read_document(message: str) -> Document:
    """Give the document that an event speaks of.

    Raises:
        UnreadableEventError: when it is none of the events subscribed to, or what it says cannot be indexed.
    """
    event: CatalogEvent = read_event(message, expected=_CATALOG_CONTRACTS)
    return _document_of(event)


def _document_of(event: CatalogEvent) -> Document:
    if isinstance(event, ProductPublished):
        document = Document.of(event.data)
        try:
            # Once stored it is part of every rebuild: what could not be indexed then must not get there.
            document.to_index()
        except (ValueError, OverflowError) as error:
            raise UnreadableEventError(f"product {document.id!r} cannot be indexed: {error}") from error
        return document
    return Document(id=event.data.id, version=event.data.version, product=None)


def _take_in_categories(changes: Mapping[str, Sequence[tuple[str, Branch]]]) -> Iterable[str]:
    """Take in what messages say of categories; give those that have to come again, which are all or none."""
    if not changes:
        return ()
    try:
        environment.categories().change([change for each in changes.values() for change in each])
    except StoreError:
        _logger.exception("categories not stored")
        return changes.keys()
    return ()


def _store(projection: Projection, documents: Sequence[Document]) -> set[str]:
    """Store the documents; give the ids of those that could not be."""

    def store(document: Document) -> str | None:
        try:
            projection.apply(document)
        except StoreError:
            _logger.exception("document not stored", product_id=document.id)
            return document.id
        return None

    if not documents:
        return set()
    with ThreadPoolExecutor(min(_PARALLEL_WRITES, len(documents))) as pool:
        outcomes: Iterable[str | None] = pool.map(store, documents)
        return {product for product in outcomes if product is not None}
