"""Parameters that many operations have."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from api_description.operation import Parameter

EntityTags = Annotated[str, Field(min_length=1, max_length=1024)]

LIMIT = Parameter("limit", Annotated[int, Field(ge=1, le=100)], "How many on a page at most.", example=24, default=24)
CURSOR = Parameter(
    "cursor",
    Annotated[str, Field(min_length=1, max_length=2048)],
    "`next` of the page before, with the other parameters unchanged.",
    example="hQ3Pq0aIb0kFvUOlWyJib290cyJd",
)
PAGE = (LIMIT, CURSOR)

IF_MATCH = Parameter(
    "If-Match",
    EntityTags,
    "Entity tags, as a read gives them, or `*`: write only if what is there has one of them.",
    example='"3"',
)
IF_NONE_MATCH_OF_A_WRITE = Parameter(
    "If-None-Match", EntityTags, "`*` to create and never replace; or entity tags that must not be there.", example="*"
)
IF_NONE_MATCH_OF_A_READ = Parameter(
    "If-None-Match", EntityTags, "Entity tags of what the client has: answered by 304 if it still holds.", example='"3"'
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")],
    "Visible ASCII, best a UUID. Sent again with the same body within a day, it gets the first answer, and there is "
    "one effect.",
    example="0b7d0a6e-6f0e-4a2a-9a2e-0d2f6c1f7f55",
)
NEEDED_IDEMPOTENCY_KEY = replace(IDEMPOTENCY_KEY, required=True)
CORRELATION_ID = Parameter(
    "X-Correlation-Id",
    Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:=/+-]*$")],
    "Stands in the logs and events of all that the request causes; one of another form is replaced.",
    example="checkout-page-7f3a",
)

NAMED: dict[str, Parameter] = {
    "Limit": LIMIT,
    "Cursor": CURSOR,
    "IfMatch": IF_MATCH,
    "IfNoneMatchOfAWrite": IF_NONE_MATCH_OF_A_WRITE,
    "IfNoneMatchOfARead": IF_NONE_MATCH_OF_A_READ,
    "IdempotencyKey": IDEMPOTENCY_KEY,
    "NeededIdempotencyKey": NEEDED_IDEMPOTENCY_KEY,
    "CorrelationId": CORRELATION_ID,
}
"""By their names in `#/components/parameters`."""
