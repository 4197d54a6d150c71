"""What the search service tells itself."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier


class DueIndexRebuild(Contract):
    """A rebuild that is to be gone on with.

    Attributes:
        rebuild_id: which.
        run: which turn of work it is, from 1; one that has been taken before is over.
    """

    rebuild_id: Identifier
    run: Annotated[int, Field(ge=1)]


class IndexRebuildDue(DomainEvent[DueIndexRebuild]):
    """It is time to go on with making the index again. The service says it to itself."""

    source: ClassVar[str] = "storefront.search"
    detail_type: ClassVar[str] = "IndexRebuildDue"
