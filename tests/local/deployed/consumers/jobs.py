"""An import, an export and a rebuild of the index, begun at once, and what they have done when nothing is lost."""

from __future__ import annotations

from contextlib import ExitStack
from http import HTTPStatus

from tests.local.deployed.catalog_bulk import asked_for_export, exported, imported, started_import
from tests.local.deployed.index_rebuilds import ask_for_rebuild, complete
from tests.local.deployed.storefront import Storefront, product

SHELF, DRAFTS, PUBLISHED = 50, 100, 24
"""What there is before, and what is imported: drafts, for what is published keeps every consumer busy."""
PATIENCE_SECONDS = 60


class Jobs:
    """The long work of a shop.

    Args:
        storefront: Where.
    """

    def __init__(self, storefront: Storefront) -> None:
        self.storefront = storefront
        self.heard = ExitStack()

    def close(self) -> None:
        """Listens no more."""
        self.heard.close()

    def begin(self) -> None:
        """All three begin, and whoever listens hears of what is published from now on."""
        shelf = [product(status="draft") for _ in range(SHELF)]
        self.storefront.merchant.post("/v1/products/import", json=shelf).raise_for_status()
        self.known = {row["id"] for row in shelf} | self._published()
        self.published = self.heard.enter_context(self.storefront.listening("ProductPublished"))
        self.category = self.storefront.new_id("bulk")
        self.rows = [
            product(name=f"Bulk {number}", category=self.category, status="draft" if number < DRAFTS else "published")
            for number in range(DRAFTS + PUBLISHED)
        ]
        self.bulk = [row["id"] for row in self.rows]
        self.sold = self.bulk[DRAFTS:]
        self.started = started_import(self.storefront, *self.rows)
        self.asked = asked_for_export(self.storefront)
        self.rebuild = ask_for_rebuild(self.storefront)

    def end(self) -> None:
        """Each has ended, and done all of its work once."""
        done, report = imported(self.storefront, self.started)
        count = len(self.rows)
        assert done["rows"] == {"read": count, "created": count, "updated": 0, "unchanged": 0, "rejected": 0}
        assert [line["id"] for line in report] == self.bulk

        ids = [line["id"] for line in exported(self.storefront, self.asked)]
        assert len(set(ids)) == len(ids)
        assert self.known <= set(ids)

        complete(self.storefront, self.rebuild)
        self.storefront.eventually(lambda: self._found() == self._published(), within_seconds=PATIENCE_SECONDS)

    def assert_written_and_told_once(self) -> None:
        """Each row is written once, and its event is one, of which every service has heard."""
        versions = {line["id"]: line["version"] for line in exported(self.storefront)}
        assert {row: versions[row] for row in self.bulk} == dict.fromkeys(self.bulk, 1)

        events = self.published.of("category", self.category, at_least=len(self.sold))
        told = {(event["detail"]["data"]["id"], event["detail"]["metadata"]["event_id"]) for event in events}
        assert sorted(product_id for product_id, _ in told) == sorted(self.sold)
        self.storefront.eventually(lambda: all(map(self._is_in_stock, self.sold)), within_seconds=PATIENCE_SECONDS)

    def _is_in_stock(self, sku: str) -> bool:
        return self.storefront.visitor.get(f"/v1/inventory/{sku}").status_code == HTTPStatus.OK

    def _published(self) -> set[str]:
        pages = self.storefront.pages("/v1/products", limit=100)
        return {item["id"] for page in pages for item in page["items"]}

    def _found(self) -> set[str]:
        pages = self.storefront.pages("/v1/search", limit=100)
        return {item["id"] for page in pages for item in page["items"]}
