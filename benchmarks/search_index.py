"""What the search index costs: `python -m benchmarks.search_index [products]`.

Makes up that many products (2,465 by default), indexes them as the service does, against an emulator of its own on
127.0.0.1, and prints medians and worst cases. Beside it, on the same products, what was considered instead: SQLite FTS5
in one file, and a DynamoDB table of words. Absolute times are this machine's; the ratios are what to look at.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import boto3
from pydynox import DynamoDBClient

from benchmarks.processes import unused_port
from search.bucket import Bucket
from search.criteria import Criteria, Sort
from search.document import Document
from search.engine import Searcher, create_index
from search.indexer import Indexer
from search.local_index import LocalIndex
from search.pointer import Pointer
from search.projection import Projection
from search.results import find
from search.schema import stemmed_analyzer
from store.table import Table

MATERIALS = ("oak", "steel", "linen", "leather", "canvas", "bamboo", "copper", "wool", "glass", "cotton", "marble")
COLOURS = ("red", "blue", "green", "ivory", "black", "amber", "teal", "mauve", "coral", "grey", "white", "rust")
THINGS = ("lamp", "table", "shoe", "backpack", "jacket", "knife", "vase", "guitar", "novel", "pillow", "kettle")
MANNERS = ("rustic", "modern", "vintage", "sleek", "cosy", "urban", "nordic", "bold", "classic", "gentle", "rugged")
FILLER = tuple(
    f"{first}{last}"
    for first in ("comfort", "light", "style", "crafted", "durable")
    for last in (*"abcdefgh", "ing", "ed")
)


def products(count: int) -> list[Document]:
    """Make up products with names of four words and descriptions of fifty."""
    chance = random.Random(7)  # noqa: S311  # products, no secrets
    return [product(chance, f"product-{number:06d}", version=1) for number in range(count)]


def product(chance: random.Random, product_id: str, *, version: int) -> Document:
    """Make up one product."""
    thing = chance.choice(THINGS)
    words = [chance.choice(MANNERS), chance.choice(COLOURS), chance.choice(MATERIALS), thing]
    description = " ".join(chance.choices(FILLER + MATERIALS + COLOURS + THINGS, k=50))
    body = {
        "id": product_id,
        "version": version,
        "name": " ".join(words).title(),
        "description": description,
        "category": f"{thing}s",
        "price": {"currency": "USD", "amount": (amount := int(chance.lognormvariate(8.5, 1)))},
        "prices": [{"currency": "EUR", "amount": amount * 92 // 100}],
        "brand": chance.choice(MANNERS).title(),
        "tags": chance.sample(MANNERS, 2),
        "media": [{"url": f"https://images.example/{product_id}.jpg", "alt": ""}],
        "skus": [product_id],
        "created_at": f"2026-01-{chance.randint(1, 28):02d}T00:00:00Z",
    }
    return Document(id=product_id, version=version, product=json.dumps(body))


@contextmanager
def emulator(directory: Path) -> Iterator[str]:
    """Start an emulator of AWS on a free port; give its endpoint."""
    port = unused_port()
    variables = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], cwd=directory, env=os.environ | variables, stdout=log, stderr=log
        )
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def timed(work: Callable[[], object]) -> float:
    """Give how many milliseconds a piece of work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def open_searcher(index: LocalIndex, name: str) -> Searcher:
    """Bring a local copy of the index to a generation and open it."""
    return Searcher(index.open(name)[1])


def report(what: str, times: Sequence[float]) -> None:
    """Print one line of milliseconds."""
    print(f"{what:<48} median {statistics.median(times):8.2f} ms   worst {max(times):8.2f} ms   n={len(times)}")


def measure_service(documents: list[Document], directory: Path) -> None:
    """Publish, follow and query generations as indexer and reader do."""
    client = boto3.client("s3")
    client.create_bucket(Bucket="index")
    dynamodb = DynamoDBClient()
    dynamodb.sync_create_table("search", partition_key=("pk", "S"), sort_key=("sk", "S"))
    table, bucket = Table(name="search", client=dynamodb), Bucket("index")
    projection, pointer = Projection(table, client=dynamodb), Pointer(table)
    for document in documents:
        projection.apply(document)
    indexer = Indexer(
        projection=projection, pointer=pointer, bucket=bucket, local=LocalIndex(directory / "indexer", bucket=bucket)
    )
    report("rebuild from the projection", [timed(indexer.rebuild)])
    follower = LocalIndex(directory / "follower", bucket=bucket)
    chance, version = random.Random(1), 1  # noqa: S311
    for size in (1, 10, 100):
        commits, follows, uploads = [], [], []
        for _ in range(24):
            version += 1
            changed = [product(chance, document.id, version=version) for document in chance.sample(documents, size)]
            for document in changed:
                projection.apply(document)
            ids = [document.id for document in changed]
            commits.append(timed(partial(indexer.bring_up_to_date, ids)))
            current = str(pointer.read())
            uploads.append(len(bucket.get(current)) / 1000)
            follows.append(timed(partial(open_searcher, follower, current)))
        report(f"publish a generation, {size} products changed", commits)
        report(f"follow it, {size} products changed", follows)
        print(f"{'':<48} bundle {statistics.median(uploads):8.1f} kB   worst {max(uploads):8.1f} kB")
    current = str(pointer.read())
    colds = [
        timed(partial(open_searcher, LocalIndex(directory / f"cold{number}", bucket=bucket), current))
        for number in range(5)
    ]
    report("cold open", colds)


def measure_queries(documents: list[Document], directory: Path) -> None:
    """Query an index of one segment, and the same products in SQLite."""
    index = directory / "index"
    index.mkdir()
    report("tantivy: build", [timed(lambda: create_index(index, documents))])
    print(f"{'tantivy: size':<48} {sum(file.stat().st_size for file in index.iterdir()) / 1e6:.2f} MB")
    searcher = Searcher(index)
    queries = {
        "one word": Criteria(text="backpack"),
        "two words": Criteria(text="leather backpack"),
        "misspelt": Criteria(text="bakpack"),
        "everything by price": Criteria(sort=Sort.PRICE_ASC),
        "everything by price, in EUR": Criteria(sort=Sort.PRICE_ASC, currency="EUR"),
        "word, category and price": Criteria(text="oak", category=("tables",), min_price=1000, max_price=20000),
    }
    for name, criteria in queries.items():
        report(
            f"tantivy: {name}, with facets",
            [timed(partial(find, searcher, criteria, limit=24)) for _ in range(100)],
        )
    measure_sqlite(documents, directory / "index.sqlite")


def measure_sqlite(documents: list[Document], path: Path) -> None:
    """The same in SQLite FTS5: one file, which every commit would upload whole."""
    database = sqlite3.connect(path)
    database.execute("CREATE VIRTUAL TABLE text USING fts5(name, description, tokenize='porter unicode61')")
    database.execute(
        "CREATE TABLE product (id INTEGER PRIMARY KEY, category TEXT, brand TEXT, price INTEGER, body TEXT)"
    )

    def build() -> None:
        for number, document in enumerate(documents):
            body = json.loads(document.product or "{}")
            database.execute(
                "INSERT INTO text(rowid, name, description) VALUES (?, ?, ?)",
                (number, body["name"], body["description"]),
            )
            database.execute(
                "INSERT INTO product VALUES (?, ?, ?, ?, ?)",
                (number, body["category"], body["brand"], body["price"]["amount"], document.product),
            )
        database.commit()

    report("SQLite FTS5: build", [timed(build)])
    print(f"{'SQLite FTS5: size, uploaded by every commit':<48} {path.stat().st_size / 1e6:.2f} MB")

    def query() -> None:
        matches = "SELECT p.* FROM text JOIN product p ON p.id = text.rowid WHERE text MATCH 'backpack'"
        database.execute(f"{matches} ORDER BY bm25(text, 6, 1) LIMIT 24").fetchall()
        for facet in ("category", "brand", "price / 1000"):
            database.execute(f"SELECT {facet}, count(*) FROM ({matches}) GROUP BY 1").fetchall()  # noqa: S608

    report("SQLite FTS5: one word, with three facets", [timed(query) for _ in range(100)])
    database.close()


def main() -> None:
    """Run everything."""
    documents = products(int(sys.argv[1]) if len(sys.argv) > 1 else 2465)
    words = [
        len(
            {
                *stemmed_analyzer().analyze(
                    " ".join(str(value) for value in json.loads(document.product or "{}").values())
                )
            }
        )
        for document in documents
    ]
    print(f"{'DynamoDB table of words: writes for one product':<48} {statistics.mean(words):.0f}")
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        measure_queries(documents, directory)
        with emulator(directory) as endpoint:
            os.environ |= {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "benchmark",
                "AWS_SECRET_ACCESS_KEY": "benchmark",
            }
            measure_service(documents, directory)


if __name__ == "__main__":
    main()
