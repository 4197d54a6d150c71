"""The search's operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Operation, Parameter, Tag
from api_description.operations.catalog import ID, NO_PRODUCT, STORED_MUG
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import not_found
from contracts.category_events import CategoryName
from contracts.model import Contract, Identifier
from contracts.money import Currency
from contracts.product_events import ProductSnapshot
from search.criteria import LARGEST_AMOUNT, LONGEST_TEXT, Sort
from search.parameters import (
    LONGEST_FILTER,
    MOST_RELATED,
    MOST_SUGGESTIONS,
    MOST_VALUES,
    USUAL_RELATED,
    USUAL_SUGGESTIONS,
)

SEARCH = Tag("Search", "Finding published products. A product is found within seconds of its write.")

FilterValue = Annotated[str, Field(max_length=LONGEST_FILTER)]
Filter = Annotated[list[FilterValue], Field(max_length=MOST_VALUES)]
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


class CategoryValue(FacetValue):
    """How many matches are in a category, or below it.

    Attributes:
        name: what people see; left out of a category that is in no tree.
        path: the ids of those that it is below, the topmost first; left out likewise.
    """

    name: CategoryName | None = None
    path: list[Identifier] | None = None


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
    """How what is searched for is distributed, most frequent values first, prices ascending.

    Each counts what matches the text and all filters but its own: what choosing another value would find.

    Attributes:
        category: by category.
        brand: by brand; products without one are in none.
        tag: by tag; a product may have many.
        price: by price.
    """

    category: Annotated[list[CategoryValue], Field(max_length=100)]
    brand: Annotated[list[FacetValue], Field(max_length=100)]
    tag: Annotated[list[FacetValue], Field(max_length=100)]
    price: list[PriceRange]


class FoundProduct(ProductSnapshot):
    """A product.

    Attributes:
        price: the one that was compared: the lowest of its variants in the ``currency`` that was asked for, else in the
            product's first one.
    """


class SearchResults(Page[FoundProduct]):
    """A page of matches.

    Attributes:
        facets: of all pages, not of this one alone.
        total: how many matches there are.
    """

    facets: Facets
    total: Annotated[int, Field(ge=0)]


class SuggestedQuery(Contract):
    """A text to search for.

    Attributes:
        text: what was typed, its last word completed.
        count: how many products have that word in name, category, brand or tags.
    """

    text: str
    count: Count


class SuggestedProduct(Contract):
    """A product.

    Attributes:
        id: of the product.
        name: of the product.
    """

    id: Identifier
    name: str


class Suggestions(Contract):
    """What somebody may be about to type.

    Attributes:
        queries: the most products first; after a slip of the finger, the likeliest first.
        categories: with how many products match, most first.
        products: those first in which what was typed is a word already.
    """

    queries: Annotated[list[SuggestedQuery], Field(max_length=MOST_SUGGESTIONS)]
    categories: Annotated[list[CategoryValue], Field(max_length=MOST_SUGGESTIONS)]
    products: Annotated[list[SuggestedProduct], Field(max_length=MOST_SUGGESTIONS)]


class RelatedProducts(Contract):
    """Products like another one.

    Attributes:
        items: the most alike first.
    """

    items: Annotated[list[FoundProduct], Field(max_length=MOST_RELATED)]


class IndexRebuild(Contract):
    """How far a rebuild is.

    Attributes:
        id: which.
        status: ``completed`` and ``failed`` are final.
        stage: ``export`` waits for the catalog's, ``load`` reads it, ``withdraw`` looks what it does not have,
            ``categories`` reads its tree, ``index`` makes the index.
        requested_at: when it was asked for.
        finished_at: when it ended.
        expires_at: when it is forgotten.
        lines: of the export that have been read.
        corrected: products that search knew otherwise, or not at all.
        withdrawn: products that search had and the catalog has not.
        unreadable: lines that are no product; they change nothing.
        problem: why it failed.
    """

    id: Identifier
    status: Literal["queued", "running", "completed", "failed"]
    stage: Literal["export", "load", "withdraw", "categories", "index"]
    requested_at: AwareDatetime
    finished_at: AwareDatetime | None
    expires_at: AwareDatetime
    lines: Annotated[int, Field(ge=0)]
    corrected: Annotated[int, Field(ge=0)]
    withdrawn: Annotated[int, Field(ge=0)]
    unreadable: Annotated[int, Field(ge=0)]
    problem: str | None


BEGUN: dict[str, object] = {
    "id": "after-the-loss",
    "status": "queued",
    "stage": "export",
    "requested_at": "2026-11-23T16:05:12Z",
    "finished_at": None,
    "expires_at": "2026-11-30T16:05:12Z",
    "lines": 0,
    "corrected": 0,
    "withdrawn": 0,
    "unreadable": 0,
    "problem": None,
}
ENDED: dict[str, object] = BEGUN | {
    "status": "completed",
    "stage": "index",
    "finished_at": "2026-11-23T16:06:40Z",
    "lines": 2465,
    "corrected": 3,
    "withdrawn": 1,
}
REBUILD_ID = (Parameter("id", Identifier, "The rebuild, as you name it.", example="after-the-loss"),)
SNAPSHOT: dict[str, object] = {name: value for name, value in STORED_MUG.items() if name != "status"}
RESULTS: dict[str, object] = {
    "items": [SNAPSHOT],
    "facets": {
        "category": [
            {"value": "home", "count": 1, "name": "Home", "path": []},
            {"value": "kitchen", "count": 1, "name": "Kitchen", "path": ["home"]},
        ],
        "brand": [{"value": "Fjell", "count": 1}],
        "tag": [{"value": "camping", "count": 1}],
        "price": [{"currency": "USD", "from": 1000, "to": 1999, "count": 1}],
    },
    "total": 1,
    "next": None,
}

SUGGESTIONS: dict[str, object] = {
    "queries": [{"text": "camp mug", "count": 3}],
    "categories": [],
    "products": [{"id": "enamel-mug", "name": "Enamel Camp Mug"}],
}

OPERATIONS = [
    Operation(
        "GET /v1/search",
        id="searchProducts",
        tag=SEARCH,
        summary="Search published products",
        description="All filters must hold; `category`, `brand` and `tag` may be repeated, and of their values one is "
        "enough. A parameter that is empty counts as left out. Pages of one search come from one state of the index "
        "for 15 minutes, so none repeats or skips a match while products change. Pages of an order other than "
        "relevance end after 65,000 matches.",
        query=(
            Parameter(
                "q",
                Annotated[str, Field(max_length=LONGEST_TEXT)],
                "Words, stemmed; quotes make a phrase. No text is a syntax error.",
                example='"camp mug"',
            ),
            Parameter(
                "category", Filter, "Only products of these categories, and of all below them.", example=["home"]
            ),
            Parameter("brand", Filter, "Only products of these brands.", example=["Fjell"]),
            Parameter("tag", Filter, "Only products with one of these tags.", example=["camping"]),
            Parameter(
                "currency",
                Currency,
                "Only products that have a price in this currency, which filters, orders and the facet then compare; "
                "without it, the price in each product's first currency.",
                example="USD",
            ),
            Parameter("min_price", Amount, "Least price in minor units, included.", example=1000),
            Parameter("max_price", Amount, "Highest price in minor units, included.", example=5000),
            Parameter("sort", Sort, "Order of the matches.", example="price_asc", default="relevance"),
            *PAGE,
        ),
        answers=[Answer(HTTPStatus.OK, "A page.", SearchResults, example=RESULTS)],
    ),
    Operation(
        "GET /v1/search/suggestions",
        id="suggestSearches",
        tag=SEARCH,
        summary="Complete what somebody types",
        description="The last word is completed; after a space, the next one is guessed. Only if no product has a word "
        "that begins so, slips of the finger are allowed for: one letter from four letters on, two from eight on. No "
        "text, no suggestions.",
        query=(
            Parameter("q", Annotated[str, Field(max_length=LONGEST_TEXT)], "What was typed so far.", example="camp m"),
            Parameter(
                "limit",
                Annotated[int, Field(ge=1, le=MOST_SUGGESTIONS)],
                "Suggestions of each kind at most.",
                example=3,
                default=USUAL_SUGGESTIONS,
            ),
        ),
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The suggestions.", Suggestions, example=SUGGESTIONS)],
    ),
    Operation(
        "GET /v1/products/{id}/related",
        id="listRelatedProducts",
        tag=SEARCH,
        summary="Find products like another one",
        description="Published products that share rare words of name, attributes and description with it, its "
        "category or its brand. A draft, or a product that was deleted, is as if it were not.",
        path=ID,
        query=(
            Parameter(
                "limit",
                Annotated[int, Field(ge=1, le=MOST_RELATED)],
                "Products at most.",
                example=4,
                default=USUAL_RELATED,
            ),
        ),
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The products.", RelatedProducts, example={"items": [SNAPSHOT]})],
        problems=[NO_PRODUCT],
    ),
    Operation(
        "PUT /v1/search/rebuilds/{id}",
        id="rebuildSearchIndex",
        tag=SEARCH,
        summary="Make the search index again",
        description="From the catalog's export, beside the index in use, which goes on answering and changing until "
        "the new one replaces it. Asked for again under its id, it is the same rebuild.",
        path=REBUILD_ID,
        answers=[
            Answer(HTTPStatus.OK, "It has ended.", IndexRebuild, example=ENDED),
            Answer(HTTPStatus.ACCEPTED, "It has begun.", IndexRebuild, example=BEGUN, headers=("Retry-After",)),
        ],
    ),
    Operation(
        "GET /v1/search/rebuilds/{id}",
        id="getSearchIndexRebuild",
        tag=SEARCH,
        summary="Ask how far a rebuild is",
        path=REBUILD_ID,
        answers=[Answer(HTTPStatus.OK, "How far it is.", IndexRebuild, example=ENDED, headers=("Retry-After",))],
        problems=[not_found("there is no rebuild 'after-the-loss'; one is kept for 7 days")],
    ),
]
