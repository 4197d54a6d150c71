"""A product, as every service and client describes it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.model import Contract, Identifier, Text
from contracts.money import Money
from contracts.product_options import MAXIMUM_OPTIONS, ProductOption, option_faults
from contracts.product_prices import ListedPrice, ListedPrices, price_faults

MAXIMUM_VARIANTS = 40
"""So that a product, all its SKU claims and its event fit into one DynamoDB transaction of 100 items."""


class ProductMedia(Contract):
    """A picture or film of a product.

    Attributes:
        url: an http(s) address or a relative reference; never ``javascript:`` or ``data:``, which a shop would run.
        alt: what it shows, in words.
    """

    url: Annotated[
        str,
        Field(min_length=1, max_length=2048, pattern=r"^(?:https?://[^\s\x00-\x1f\x7f]+|[^\s\x00-\x1f\x7f:]+)$"),
    ]
    alt: Annotated[str, Field(max_length=500)] = ""


class ProductVariant(Contract):
    """One form of a product that is bought under its own SKU.

    Attributes:
        sku: stock keeping unit, unique in the whole catalog.
        name: what tells it from its siblings, e.g. ``Large, blue``.
        options: the choices that make it, e.g. ``{"size": "L"}``: one of the values of each option of the product, if
            it has any.
        price: its own price; the product's, with all its further ones, when left out.
        prices: further prices, if it has a price of its own.
    """

    sku: Identifier
    name: Text | None = None
    options: Annotated[dict[Text, Text], Field(default_factory=dict, max_length=20)]
    price: Money | None = None
    prices: ListedPrices | None = None

    @model_validator(mode="after")
    def _prices_agree(self) -> Self:
        if self.prices and self.price is None:
            raise ValueError("further prices need a price of the variant's own")
        if self.price and (fault := next(price_faults(self.prices or (), first=self.price.currency), None)) is not None:
            raise ValueError(fault)
        return self


class ProductDescription(Contract):
    """What a merchant says of a product.

    Attributes:
        id: the product, in URLs and events.
        price: what it costs first of all.
        prices: what it costs in other currencies, or for who has a price list. Prices of pricing's own lists go first.
        options: what its variants choose from; two variants differ in at least one choice. Without any, variants may
            name choices as they like.
        variants: at most 40; without any, the product is bought under its id.
    """

    id: Identifier
    name: Text
    description: Annotated[str, Field(max_length=10_000)]
    category: Text
    price: Money
    prices: ListedPrices = ()
    brand: Text | None = None
    tags: Annotated[tuple[Text, ...], Field(strict=False, max_length=50)] = ()
    attributes: Annotated[
        dict[Text, Annotated[str, Field(max_length=1000)]], Field(default_factory=dict, max_length=100)
    ]
    media: Annotated[tuple[ProductMedia, ...], Field(strict=False, max_length=50)] = ()
    options: Annotated[tuple[ProductOption, ...], Field(strict=False, max_length=MAXIMUM_OPTIONS)] = ()
    variants: Annotated[tuple[ProductVariant, ...], Field(strict=False, max_length=MAXIMUM_VARIANTS)] = ()

    @model_validator(mode="after")
    def _variants_agree(self) -> Self:
        skus = [variant.sku for variant in self.variants]
        if len(set(skus)) < len(skus):
            raise ValueError("two variants have the same sku")
        if any(variant.price and variant.price.currency != self.price.currency for variant in self.variants):
            raise ValueError(f"a variant's price is in another currency than the product's, {self.price.currency}")
        if (fault := next(price_faults(self.prices, first=self.price.currency), None)) is not None:
            raise ValueError(fault)
        chosen = {variant.sku: variant.options for variant in self.variants}
        if (fault := next(option_faults(self.options, chosen), None)) is not None:
            raise ValueError(fault)
        return self

    def bought_as(self) -> tuple[str, ...]:
        """Give the SKUs under which the product is bought: its variants', else its id."""
        return tuple(variant.sku for variant in self.variants) or (self.id,)

    def prices_of(self, sku: str) -> tuple[Money, tuple[ListedPrice, ...]]:
        """Give what one of a SKU costs first of all, and its further prices."""
        variant = next((variant for variant in self.variants if variant.sku == sku), None)
        if variant and variant.price:
            return variant.price, variant.prices or ()
        return self.price, self.prices
