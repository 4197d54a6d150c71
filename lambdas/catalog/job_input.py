"""What is said of an export."""

from __future__ import annotations

from typing import Literal

from contracts.model import Contract


class ExportInput(Contract):
    """The body of ``POST /v1/catalog/exports``.

    Attributes:
        status: only products of this status; all of them when left out.
    """

    status: Literal["draft", "published"] | None = None
