"""`python -m benchmarks.many_products 100000 1000`: writes products and carts into a deployed storefront's tables.

The services' own code makes the records, for a table that collects what it is to write; that is then written in
batches. Through the API a hundred thousand products take an hour, most of it events. It prints the carts' ids.
Environment: the usual variables
of AWS, and the names of the tables and of the index's bucket: `CATALOG`, `CART`, `PRICING`, `SEARCH`, `INDEX_BUCKET`.
"""

import json
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydynox import DynamoDBClient

from cart.cart import new_cart
from cart.known_skus import known_skus
from cart.repository import CartRepository
from catalog.product import ProductInput
from catalog.repository import ProductRepository
from contracts.product_events import ProductPublished
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from search.bucket import Bucket
from search.document import Document
from search.indexer import Indexer
from search.local_index import LocalIndex
from search.pointer import Pointer
from search.projection import Projection
from store.operations import Item, Operation, Put
from store.table import Table

AT_ONCE = 1000
WRITERS = 2
LINES = 5
"""Products in a cart."""
HOW = ("amber", "brisk", "calm", "dusky", "early", "faint", "grand", "hardy", "ivory", "jolly")
OF = ("ash", "birch", "cedar", "denim", "felt", "glass", "hemp", "linen", "maple", "steel")
WHAT = ("anvil", "basin", "crate", "drill", "easel", "flask", "gauge", "hinge", "ladle", "mitre")
Each = TypeVar("Each")
CATEGORIES = 50


class Collector(Table):
    """A table in which nothing is found, and which keeps what it is to write."""

    def __init__(self) -> None:
        super().__init__(name="collected")
        self.items: list[Item] = []

    def get(self, _pk: str, _sk: str, *, consistent: bool = False) -> Item | None:
        """Find nothing."""
        del consistent
        return None

    def get_many(self, _keys: Sequence[tuple[str, str]], *, consistent: bool = False) -> list[Item]:
        """Find nothing."""
        del consistent
        return []

    def write(self, operation: Any) -> None:
        """Keep it."""
        self.transact([operation])

    def transact(self, operations: Sequence[Operation], *, token: str | None = None) -> None:
        """Keep what is put."""
        del token
        self.items += [operation.item for operation in operations if isinstance(operation, Put)]

    def taken(self) -> list[Item]:
        """Give what was kept, and forget it."""
        items, self.items = self.items, []
        return items


def product_body(number: int) -> dict[str, object]:
    """A product, ever the same for a number; its name is one of a thousand, so that queries find few of many.

    What it is and what of decide on its category: as in a shop, who looks for it finds it in one place.
    """
    chance = random.Random(number)  # noqa: S311  # spreads words, keeps no secret
    how, of, what = chance.choice(HOW), chance.choice(OF), chance.choice(WHAT)
    name = f"{how} {of} {what}"
    return {
        "id": f"grown-{number}",
        "name": f"{name} {number}",
        "description": f"A {name} for those who need number {number}.",
        "category": f"aisle-{(OF.index(of) * len(WHAT) + WHAT.index(what)) % CATEGORIES}",
        "status": "published",
        "price": {"currency": "USD", "amount": 100 + number % 9900},
    }


def queries(products: int) -> Iterator[str]:
    """Give three words that name a product, for each of so many: where there are more, the same find it as well."""
    yield from (str(product_body(number)["name"]).rpartition(" ")[0] for number in range(products))


def load(numbers: Iterable[int]) -> None:
    """Write the products, and make the index again."""
    collectors = {name: Collector() for name in ("CATALOG", "CART", "PRICING", "SEARCH")}
    catalog = ProductRepository(collectors["CATALOG"], correlation_id="growth")
    copies = (known_skus(collectors["CART"]), ProductCopies(collectors["PRICING"], copied=copied))
    projection = Projection(collectors["SEARCH"])
    with ThreadPoolExecutor(WRITERS) as writers:
        for some in in_chunks(numbers, AT_ONCE):
            for number in some:
                catalog.save(ProductInput.model_validate(product_body(number)), precondition=lambda _version: None)
            kept = collectors["CATALOG"].taken()
            for item in kept:
                if (message := item.get("outbox_event")) is not None:
                    snapshot = ProductPublished.model_validate(json.loads(str(message))["detail"]).data
                    for copy in copies:
                        copy.publish(snapshot)
                    text = snapshot.model_dump_json(exclude_none=True)
                    projection.apply(Document(id=snapshot.id, version=snapshot.version, product=text))
            collectors["CATALOG"].items = [item for item in kept if "outbox_event" not in item]
            written = [
                writers.submit(_write, os.environ[name], items)
                for name, collector in collectors.items()
                for items in in_chunks(collector.taken(), 250)
            ]
            for each in written:
                each.result()
    _make_index()


def in_chunks(values: Iterable[Each], size: int) -> Iterator[list[Each]]:
    """Give the values in lists of that size, the last one shorter."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def _write(table: str, items: Sequence[Item]) -> None:
    client = DynamoDBClient(read_timeout=60)
    for some in in_chunks(items, 25):
        client.sync_batch_write(table, [dict(item) for item in some])


def fill_carts(number: int, *, products: int) -> list[str]:
    """Write carts of five products each; give their ids."""
    collector = Collector()
    carts = CartRepository(collector)
    ids = []
    for first in range(number):
        cart = new_cart("USD", customer_id=None, now=datetime.now(UTC))
        for line in range(LINES):
            cart = cart.holding(f"grown-{(first * LINES + line) % products}", 1)
        carts.create(cart)
        ids.append(cart.id)
    _write(os.environ["CART"], collector.taken())
    return ids


def _make_index() -> None:
    table, bucket = Table(name=os.environ["SEARCH"]), Bucket(os.environ["INDEX_BUCKET"])
    with tempfile.TemporaryDirectory(prefix="bench-index-") as place:
        local = LocalIndex(Path(place), bucket=bucket)
        Indexer(projection=Projection(table), pointer=Pointer(table), bucket=bucket, local=local).rebuild()


if __name__ == "__main__":
    products, carts = map(int, sys.argv[1:])
    load(range(products))
    sys.stdout.write(json.dumps(fill_carts(carts, products=products)))
