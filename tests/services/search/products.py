"""Products, documents and events to test with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from hypothesis import settings

from contracts.category_events import CategoryChanged, CategoryDeleted, CategoryRemoval, CategoryState
from contracts.envelope import DomainEvent, EventMetadata
from contracts.model import Contract
from contracts.money import Money
from contracts.product import ProductVariant
from contracts.product_events import (
    ProductDeleted,
    ProductPublished,
    ProductRemoval,
    ProductSnapshot,
    ProductUnpublished,
)
from contracts.product_prices import ListedPrice
from search.document import Document
from search.events import read_document

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))

SOME_EXAMPLES = settings(derandomize=True, deadline=None, database=None, max_examples=12)
"""For properties that write an index for each example: the same examples in every run."""

MANY_EXAMPLES = settings(SOME_EXAMPLES, max_examples=60)

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def snapshot(
    product_id: str = "p1",
    *,
    version: int = 1,
    name: str = "Blue Shoe",
    description: str = "",
    category: str = "footwear",
    amount: int = 4999,
    currency: str = "USD",
    prices: Iterable[ListedPrice] = (),
    brand: str | None = None,
    tags: Iterable[str] = (),
    attributes: dict[str, str] | None = None,
    variants: Iterable[ProductVariant] = (),
    skus: Iterable[str] = (),
    age_in_days: int = 0,
) -> ProductSnapshot:
    created_at = EPOCH - timedelta(days=age_in_days)
    return ProductSnapshot(
        id=product_id,
        version=version,
        name=name,
        description=description,
        category=category,
        price=Money(currency=currency, amount=amount),
        prices=tuple(prices),
        brand=brand,
        tags=tuple(tags),
        attributes=attributes or {},
        variants=tuple(variants),
        skus=tuple(skus) or (product_id,),
        created_at=created_at,
        updated_at=created_at,
    )


def document(product: ProductSnapshot) -> Document:
    return read_document(published(product))


def tombstone(product_id: str, *, version: int) -> Document:
    return read_document(deleted(product_id, version=version))


def published(product: ProductSnapshot) -> str:
    return _message(ProductPublished(metadata=_metadata(), data=product))


def unpublished(product_id: str, *, version: int) -> str:
    removal = ProductRemoval(id=product_id, version=version, skus=(product_id,))
    return _message(ProductUnpublished(metadata=_metadata(), data=removal))


def deleted(product_id: str, *, version: int) -> str:
    removal = ProductRemoval(id=product_id, version=version, skus=(product_id,))
    return _message(ProductDeleted(metadata=_metadata(), data=removal))


def moved(category: str, *, version: int, path: Sequence[str] = (), name: str = "Any") -> str:
    state = CategoryState(id=category, name=name, path=tuple(path), position=0, tree_version=version)
    return _message(CategoryChanged(metadata=_metadata(), data=state))


def removed(*categories: str, version: int) -> str:
    return _message(CategoryDeleted(metadata=_metadata(), data=CategoryRemoval(ids=categories, tree_version=version)))


def batch(messages: Iterable[str]) -> dict[str, object]:
    records = [{"messageId": f"message-{number}", "body": body} for number, body in enumerate(messages)]
    return {"Records": records}


def _metadata() -> EventMetadata:
    return EventMetadata(event_id="event", occurred_at=EPOCH, correlation_id="test", version=1)


def _message(event: DomainEvent[Contract]) -> str:
    detail = json.loads(event.model_dump_json())
    return json.dumps({"source": event.source, "detail-type": event.detail_type, "detail": detail})
