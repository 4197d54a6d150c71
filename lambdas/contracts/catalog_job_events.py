"""What the catalog tells itself of the long work that it was asked for."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier


class DueCatalogJob(Contract):
    """An export or import that is to be gone on with.

    Attributes:
        kind: what it is; ids are unique within a kind.
        job_id: which.
        run: which turn of work it is, from 1; one that has been taken before is over.
    """

    kind: Literal["export", "service-export", "import"]
    job_id: Identifier
    run: Annotated[int, Field(ge=1)]


class CatalogJobDue(DomainEvent[DueCatalogJob]):
    """It is time to go on with an export or import. The service says it to itself."""

    source: ClassVar[str] = "storefront.catalog"
    detail_type: ClassVar[str] = "CatalogJobDue"
