"""The events of the catalog."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier
from contracts.product import MAXIMUM_VARIANTS, ProductDescription, ProductMedia, ProductVariant

__all__ = [
    "ProductDeleted",
    "ProductMedia",
    "ProductPublished",
    "ProductRemoval",
    "ProductSnapshot",
    "ProductUnpublished",
    "ProductVariant",
]

ProductVersion = Annotated[int, Field(ge=1, description="Grows with every change of the product and never shrinks.")]
Skus = Annotated[tuple[Identifier, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_VARIANTS)]


class ProductSnapshot(ProductDescription):
    """All that the public may know of a published product, so that a reader needs no call back.

    Attributes:
        version: of this snapshot; a smaller one arriving later is out of date.
        skus: every SKU under which it is bought, at least one.
        created_at: when the product was first written.
        updated_at: when this version was written.
    """

    version: ProductVersion
    skus: Skus
    created_at: Annotated[AwareDatetime, Field(strict=False)]
    updated_at: Annotated[AwareDatetime, Field(strict=False)]


class ProductRemoval(Contract):
    """A product that the public may no longer see.

    Attributes:
        id: the product.
        version: of the change that removed it; greater than that of any snapshot before.
        skus: the SKUs under which it was bought until then.
    """

    id: Identifier
    version: ProductVersion
    skus: Skus


class ProductPublished(DomainEvent[ProductSnapshot]):
    """A product became public, or changed while it was."""

    source: ClassVar[str] = "storefront.catalog"
    detail_type: ClassVar[str] = "ProductPublished"


class ProductUnpublished(DomainEvent[ProductRemoval]):
    """A published product became a draft again."""

    source: ClassVar[str] = "storefront.catalog"
    detail_type: ClassVar[str] = "ProductUnpublished"


class ProductDeleted(DomainEvent[ProductRemoval]):
    """A product was deleted; its id and version live on, its SKUs are free."""

    source: ClassVar[str] = "storefront.catalog"
    detail_type: ClassVar[str] = "ProductDeleted"
