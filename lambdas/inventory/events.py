"""The inventory listens to the catalog: what is published gets a stock record."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from contracts.envelope import UnreadableEventError, read_event
from contracts.product_events import ProductPublished
from edge.correlation import keys_of
from edge.queue_batch import BatchResponse, QueueBatch, failed
from inventory.repository import StockRepository
from store.errors import StoreError
from store.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@cache
def stock_repository() -> StockRepository:
    """Give the process's repository, its table opened once."""
    return StockRepository(Table())


def handler(event: QueueBatch, context: LambdaContext) -> BatchResponse:
    """Take a batch of an SQS queue behind an EventBridge rule; each record fails or succeeds by itself.

    Taking an event twice or late changes nothing: a record that exists stays as it is.
    """
    failures: list[str] = []
    for record in event["Records"]:
        try:
            published = read_event(record["body"], expected=(ProductPublished,))
        except UnreadableEventError:
            # Trying again cannot help; after its last try the queue keeps it among the dead letters.
            logger.exception("unreadable event", message_id=record["messageId"], request_id=context.aws_request_id)
            failures.append(record["messageId"])
            continue
        with logger.append_context_keys(**keys_of(published.metadata), request_id=context.aws_request_id):
            try:
                _take(published)
            except StoreError:
                logger.exception("event not taken, it comes again", message_id=record["messageId"])
                failures.append(record["messageId"])
    return failed(failures)


def _take(event: ProductPublished) -> None:
    started = [sku for sku in event.data.skus if stock_repository().ensure(sku)]
    logger.info("event taken", product_id=event.data.id, stock_records_started=started)
