"""The search's operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api_description.operation import Answer, Operation, Parameter, Tag
from api_description.operations.catalog import STORED_MUG
from api_description.page import Page
from api_description.parameters import PAGE
from contracts.model import Contract
from contracts.money import Currency
from contracts.product_events import ProductSnapshot
from search.criteria import LARGEST_AMOUNT, LONGEST_TEXT, Sort
from search.parameters import LONGEST_FILTER

SEARCH = Tag("Search", "Finding published products. A product is found within seconds of its write.")

Filter = Annotated[str, Field(max_length=LONGEST_FILTER)]
Amount = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT)]
Count = Annotated[int, Field(ge=1)]


class FacetValue(Contract):
    """How many matches have a value.

    Attributes:
        value: to be sent as the filter.
        count: how many.
    """

    value: str
    count: Count


class PriceRange(Contract):
    """How many matches cost so much.

    Attributes:
        currency: of the prices.
        to: the most, to be sent as ``max_price``; null for no bound.
        count: how many.
    """

    currency: Currency
    from_: Annotated[int, Field(alias="from", ge=0, description="The least, to be sent as `min_price`.")]
    to: Annotated[int, Field(ge=0)] | None
    count: Count


class Facets(Contract):
    """How all matches are distributed, most frequent values first, prices ascending.

    Attributes:
        category: by category.
        brand: by brand; products without one are in none.
        tag: by tag; a product may have many.
        price: by price.
    """

    category: Annotated[list[FacetValue], Field(max_length=100)]
    brand: Annotated[list[FacetValue], Field(max_length=100)]
    tag: Annotated[list[FacetValue], Field(max_length=100)]
    price: list[PriceRange]


class SearchResults(Page[ProductSnapshot]):
    """A page of matches.

    Attributes:
        facets: of all matches, not of the page alone.
        total: how many matches there are.
    """

    facets: Facets
    total: Annotated[int, Field(ge=0)]


RESULTS: dict[str, object] = {
    "items": [{name: value for name, value in STORED_MUG.items() if name != "status"}],
    "facets": {
        "category": [{"value": "kitchen", "count": 1}],
        "brand": [{"value": "Fjell", "count": 1}],
        "tag": [{"value": "camping", "count": 1}],
        "price": [{"currency": "USD", "from": 1000, "to": 1999, "count": 1}],
    },
    "total": 1,
    "next": None,
}

OPERATIONS = [
    Operation(
        "GET /v1/search",
        id="searchProducts",
        tag=SEARCH,
        summary="Search published products",
        description="All filters must hold. A parameter that is empty counts as left out. Pages of one search come "
        "from one state of the index for 15 minutes, so none repeats or skips a match while products change.",
        query=(
            Parameter(
                "q",
                Annotated[str, Field(max_length=LONGEST_TEXT)],
                "Words, stemmed; quotes make a phrase. No text is a syntax error.",
                example='"camp mug"',
            ),
            Parameter("category", Filter, "Only products of this category.", example="kitchen"),
            Parameter("brand", Filter, "Only products of this brand.", example="Fjell"),
            Parameter("tag", Filter, "Only products with this tag.", example="camping"),
            Parameter("currency", Currency, "Only products with a price in this currency.", example="USD"),
            Parameter("min_price", Amount, "Least price in minor units, included.", example=1000),
            Parameter("max_price", Amount, "Highest price in minor units, included.", example=5000),
            Parameter("sort", Sort, "Order of the matches.", example="price_asc", default="relevance"),
            *PAGE,
        ),
        answers=[Answer(HTTPStatus.OK, "A page.", SearchResults, example=RESULTS)],
    ),
]
