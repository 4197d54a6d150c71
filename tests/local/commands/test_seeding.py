"""The seeder against an HTTP server that behaves as the storefront may: busy, slow, refusing single rows."""

import json
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from local import seeding
from local.catalog_file import Row
from local.failure import FailureError
from local.seeding import Seeder, steps

ROWS = [
    *(Row(number=number, product={"id": f"p{number}"}, stock={f"p{number}": number}) for number in range(1, 251)),
    Row(number=251, problem="price 'x' is not a decimal number"),
]


class Storefront(ThreadingHTTPServer):
    """Refuses product p7, is too busy for p8 once and for every first call of a path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.calls: Counter[str] = Counter()
        self.stock: dict[str, int] = {}
        self.promotions: dict[str, Any] = {}
        self.categories: dict[str, Any] = {}
        self.products: list[str] = []
        self.refuses_everything = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Storefront

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        ids = [json.loads(line)["id"] for line in body.splitlines()]
        first = self.server.calls[self.path + ids[0]] == 0
        self.server.calls[self.path + ids[0]] += 1
        if self.server.refuses_everything or first:
            return self.answer(403 if self.server.refuses_everything else 503, {})
        rows = []
        for row, product in enumerate(ids, start=1):
            self.server.calls[product] += 1
            if product == "p7":
                errors = [{"pointer": "/name", "detail": "Field required"}]
            elif product == "p8" and self.server.calls[product] == 1:
                errors = [{"pointer": "", "detail": "send this row again", "code": "try_again"}]
            else:
                errors = []
                self.server.products.append(product)
            outcome = "rejected" if errors else "created"
            rows.append({"row": row, "id": product, "outcome": outcome, "errors": errors})
        return self.answer(200, {"rows": rows})

    def do_GET(self) -> None:
        sku = self.path.removeprefix("/v1/inventory/")
        known = sku in self.server.stock
        self.answer(200 if known else 404, {"on_hand": self.server.stock.get(sku)})

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind, _, name = self.path.removeprefix("/v1/").partition("/")
        if kind == "promotions":
            self.server.promotions[name] = body
        elif kind == "categories":
            self.server.categories[name] = body
        else:
            self.server.stock[name] = body["on_hand"]
        self.answer(200, {})

    def answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""


@pytest.fixture
def storefront(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storefront]:
    monkeypatch.setattr(seeding, "LONGEST_PAUSE_SECONDS", 0.01)
    with Storefront() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_rows_are_loaded_once_despite_a_busy_storefront_and_each_refusal_is_reported(storefront: Storefront) -> None:
    done: list[int] = []
    with Seeder(base_url=storefront.url, token="t") as seeder:
        report = seeder.load(ROWS, advance=done.append)

    assert report.accepted == 249
    assert report.rejected == [(7, "p7", "/name Field required"), (251, "", "price 'x' is not a decimal number")]
    assert Counter(storefront.products) == Counter(f"p{number}" for number in range(1, 251) if number != 7)
    assert storefront.stock == {f"p{number}": number for number in range(1, 251) if number != 7}
    assert sum(done) == steps(ROWS)


def test_what_is_on_hand_is_counted_again_only_if_asked_to(storefront: Storefront) -> None:
    storefront.stock = {"p1": 5, "p2": 0}

    with Seeder(base_url=storefront.url, token="t") as seeder:
        report = seeder.load(ROWS[:3], advance=lambda _steps: None, recount=False)
        assert (report.stocked, storefront.stock) == (2, {"p1": 5, "p2": 2, "p3": 3})

        report = seeder.load(ROWS[:3], advance=lambda _steps: None)
        assert (report.stocked, storefront.stock) == (3, {"p1": 1, "p2": 2, "p3": 3})


def test_what_will_not_change_is_not_tried_again(storefront: Storefront) -> None:
    storefront.refuses_everything = True

    with (
        Seeder(base_url=storefront.url, token="t") as seeder,
        pytest.raises(FailureError, match="POST /v1/products/import: 403"),
    ):
        seeder.load(ROWS[:1], advance=lambda _steps: None)

    assert sum(storefront.calls.values()) == 1


def test_a_promotion_is_sent_as_it_is(storefront: Storefront) -> None:
    promotion = {"title": "10 % off", "effect": {"type": "percentage", "basis_points": 1000}}

    with Seeder(base_url=storefront.url, token="t") as seeder:
        seeder.promote("WELCOME", promotion)

    assert storefront.promotions == {"WELCOME": promotion}


def test_categories_are_made_from_the_top_down_in_their_order(storefront: Storefront) -> None:
    tree = [{"id": "a", "name": "A", "children": [{"id": "c", "name": "C"}, {"id": "b", "name": "B"}]}]

    with Seeder(base_url=storefront.url, token="t") as seeder:
        seeder.categorize(tree)

    assert list(storefront.categories.items()) == [
        ("a", {"name": "A", "parent": None, "position": 0}),
        ("c", {"name": "C", "parent": "a", "position": 0}),
        ("b", {"name": "B", "parent": "a", "position": 10}),
    ]
