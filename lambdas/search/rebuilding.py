"""The work of a rebuild, step by step. Each may be done twice, or by two at once, and ends with a checkpoint."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from itertools import islice

from pydantic import ValidationError

from contracts.product_events import ProductSnapshot
from search.catalog_export import CatalogExport
from search.category_repository import CategoryRepository
from search.document import Document
from search.indexer import Indexer
from search.projection import Projection
from search.rebuild import POLL_AFTER_SECONDS, Rebuild
from search.rebuild_repository import RebuildRepository

LONGEST_EXPORT_SECONDS = 6 * 60 * 60
"""After this the export is waited for no more."""

UNSEEN_SECONDS = 60
"""A product that was written shortly before the export began may be missing from it: it is left alone."""

_LINES_A_BATCH = 100
_SECONDS_A_STEP = 10.0


class Rebuilding:
    """Does rebuilds, a step at a time.

    Args:
        rebuilds: where they are kept.
        export: the catalog's export.
        projection: what search knows of products.
        categories: what it knows of their tree.
        indexer: makes the index of it.
        clock: seconds since 1970.
        pause: waits for so many seconds.
    """

    def __init__(
        self,
        *,
        rebuilds: RebuildRepository,
        export: CatalogExport,
        projection: Projection,
        categories: CategoryRepository,
        indexer: Indexer,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rebuilds = rebuilds
        self._export = export
        self._projection = projection
        self._categories = categories
        self._indexer = indexer
        self._clock = clock
        self._pause = pause

    def step(self, rebuild: Rebuild, *, correlation_id: str) -> Rebuild:
        """Go on with a rebuild until its next checkpoint; give it as it is then.

        Raises:
            OvertakenError: somebody else goes on with it.
            CallRefusedError, ServiceUnavailableError, StoreError: it cannot be gone on with now.
        """
        export = self._export.ask(rebuild.export_id, correlation_id=correlation_id)
        match export.status, rebuild.stage:
            case "failed", _:
                following = self._failed(rebuild, "the catalog could not export its products")
            case "completed", "export":
                following = rebuild.advanced(stage="load", export_started_at=export.started_at)
            case "completed", "load":
                following = self._load(rebuild, str(export.url))
            case "completed", "withdraw":
                following = self._withdraw(rebuild, str(export.url))
            case "completed", "categories":
                tree = self._export.categories(correlation_id=correlation_id)
                self._categories.replace(tree.branches, version=tree.version)
                following = rebuild.advanced(stage="index")
            case "completed", _:
                self._indexer.rebuild()
                following = rebuild.advanced(status="completed", finished_at=int(self._clock()))
            case _ if self._clock() > rebuild.requested_at + LONGEST_EXPORT_SECONDS:
                following = self._failed(rebuild, "the catalog's export took too long")
            case _:
                self._pause(POLL_AFTER_SECONDS)
                return rebuild
        return self._rebuilds.advance(rebuild, following)

    def _load(self, rebuild: Rebuild, url: str) -> Rebuild:
        """Take in lines for some seconds, from the first one that has not been."""
        end = self._clock() + _SECONDS_A_STEP
        lines, corrected, unreadable = rebuild.lines, 0, 0
        with self._export.lines(url) as all_lines:
            remaining = islice(all_lines, rebuild.lines, None)
            while batch := list(islice(remaining, _LINES_A_BATCH)):
                documents = [document for line in batch if (document := read_line(line)) is not None]
                corrected += self._projection.correct(documents)
                unreadable += len(batch) - len(documents)
                lines += len(batch)
                if self._clock() > end:
                    break
        return rebuild.advanced(
            # Without a further line there is nothing left to load.
            stage="load" if batch else "withdraw",
            lines=lines,
            corrected=rebuild.corrected + corrected,
            unreadable=rebuild.unreadable + unreadable,
        )

    def _withdraw(self, rebuild: Rebuild, url: str) -> Rebuild:
        """Let go of products that were there before the export began, and are not in it."""
        try:
            with self._export.lines(url) as lines:
                exported = {str(json.loads(line)["id"]) for line in lines}
        except (ValueError, KeyError, TypeError):
            # Nobody knows whose line it is, so nobody knows who is missing.
            return self._failed(rebuild, "the catalog's export has a line that is no product")
        before = (rebuild.export_started_at or 0) - UNSEEN_SECONDS
        withdrawn = sum(
            self._projection.withdraw(document.id, version=document.version)
            for document in self._projection.published()
            if document.id not in exported and _updated_at(document) < before
        )
        return rebuild.advanced(stage="categories", withdrawn=rebuild.withdrawn + withdrawn)

    def _failed(self, rebuild: Rebuild, problem: str) -> Rebuild:
        return rebuild.advanced(status="failed", problem=problem, finished_at=int(self._clock()))


def read_line(line: str) -> Document | None:
    """Give the document of an exported product; None when nobody can read or index it."""
    try:
        snapshot = ProductSnapshot.model_validate_json(line)
        document = Document.of(snapshot)
        document.to_index()
    except (ValidationError, ValueError, OverflowError):
        return None
    return document


def _updated_at(document: Document) -> float:
    return datetime.fromisoformat(json.loads(document.product or "{}")["updated_at"]).timestamp()
