from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog import chunk, import_routes, import_work, work
from catalog.files import Files
from catalog.import_rows import row_of_line
from catalog.import_work import upload_key
from catalog.product import MAXIMUM_PRODUCT_BYTES, READ_ONLY_FIELDS
from catalog.row_writer import RowWriter
from store.errors import ThrottledError
from store.table import Table
from tests.services.catalog.conftest import Bulk, Outbox
from tests.services.catalog.killed import Death, lurking
from tests.services.catalog.test_export import exported
from tests.services.delivery import deliver
from tests.services.http_client import Answer, Client, product

IMPORTS = "/v1/catalog/imports"

Line = dict[str, object] | str | bytes


def prepared(bulk: Bulk, content: bytes) -> str:
    """Ask for an import and send its file; give its address."""
    answer = bulk.call("POST", IMPORTS)
    assert (answer.status, answer.json["status"]) == (201, "awaiting_upload")
    upload = cast("dict[str, str]", answer.json["upload"])
    assert httpx.request(upload["method"], upload["url"], content=content).is_success
    return answer.headers["Location"]


def started(bulk: Bulk, *lines: Line) -> str:
    location = prepared(bulk, b"\n".join(map(encoded, lines)))
    answer = bulk.call("POST", f"{location}/start")
    assert (answer.status, answer.headers["Retry-After"]) == (202, "2"), answer.text
    return location


def encoded(line: Line) -> bytes:
    return line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()


def finished(bulk: Bulk, location: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give an import that is complete, and its report."""
    done = bulk.call("GET", location)
    assert done.json["status"] == "completed", done.text
    report = bulk.lines(done.json, "report")
    rows = cast("dict[str, int]", done.json["rows"])
    assert [line["row"] for line in report] == list(range(1, rows["read"] + 1))
    assert {outcome: outcomes(report).count(outcome) for outcome in rows.keys() - {"read"}} == {
        outcome: count for outcome, count in rows.items() if outcome != "read"
    }
    return done.json, report


def imported(bulk: Bulk, *lines: Line) -> list[dict[str, Any]]:
    """Import lines; give the report."""
    location = started(bulk, *lines)
    bulk.work()
    return finished(bulk, location)[1]


def outcomes(report: Iterable[dict[str, Any]]) -> list[str]:
    return [str(line["outcome"]) for line in report]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few rows be many chunks."""
    take = chunk.take_lines
    monkeypatch.setattr(import_work, "take_lines", lambda data, **about: take(data, **about, most=3))


def test_each_row_has_its_outcome(catalog: Client, bulk: Bulk) -> None:
    catalog.call("PUT", "/v1/products/a", body=product("a"))
    catalog.call("PUT", "/v1/products/b", body=product("b"))
    report = imported(
        bulk,
        product("a"),
        product("b", name="new"),
        "",
        product("c", name="Grün ☕"),
        "{not json",
        product("d", price=5),
        product("e", variants=[{"sku": "a"}]),
        b"\xff\xfe",
        "[]",
        product("f", description="x" * MAXIMUM_PRODUCT_BYTES),
        product("g", status="draft"),
    )
    assert outcomes(report) == ["unchanged", "updated", "created", *["rejected"] * 6, "created"]
    assert [line["id"] for line in report] == ["a", "b", "c", None, "d", "e", None, None, None, "g"]
    codes = [line["errors"][0]["code"] for line in report if line["errors"]]
    assert codes == ["json_invalid", "model_type", "sku_taken", "unicode_invalid", "model_type", "too_large"]
    assert catalog.call("GET", "/v1/products/c").json["name"] == "Grün ☕"


def test_rows_of_one_product_are_written_in_order_and_each_is_an_event(
    catalog: Client, bulk: Bulk, outbox: Outbox
) -> None:
    report = imported(bulk, *(product("a", name=f"name {number}") for number in range(5)), product("a", name="name 4"))
    assert outcomes(report) == ["created", *["updated"] * 4, "unchanged"]
    assert catalog.call("GET", "/v1/products/a").json["name"] == "name 4"
    published = [message for message in outbox() if message["detail_type"] == "ProductPublished"]
    assert sorted(message["detail"]["data"]["version"] for message in published) == [1, 2, 3, 4, 5]


def test_of_two_rows_that_want_one_sku_one_gets_it(bulk: Bulk) -> None:
    report = imported(bulk, product("a", variants=[{"sku": "x"}]), product("b", variants=[{"sku": "x"}]))
    assert sorted(outcomes(report)) == ["created", "rejected"]


def test_large_products_and_many_variants_are_written_as_well(catalog: Client, bulk: Bulk) -> None:
    media = [{"url": f"images/{number}/" + "e" * 900, "alt": "e" * 450} for number in range(50)]
    variants = [[{"sku": f"{name}-{number}"} for number in range(40)] for name in "abc"]
    large = [product(f"large-{number}", media=media) for number in range(30)]
    many = [product(name, variants=variants[number]) for number, name in enumerate("abc")]
    assert set(outcomes(imported(bulk, *large, *many))) == {"created"}
    assert catalog.call("GET", "/v1/products/c").json["skus"] == [f"c-{number}" for number in range(40)]


def test_an_import_says_how_far_it_is(bulk: Bulk) -> None:
    location = prepared(bulk, encoded(product("a")))
    waiting = bulk.call("GET", location)
    assert waiting.json["status"] == "awaiting_upload"
    assert "Retry-After" not in waiting.headers
    bulk.call("POST", f"{location}/start")
    queued = bulk.call("GET", location)
    assert (queued.json["status"], queued.json["upload"], queued.headers["Retry-After"]) == ("queued", None, "2")
    bulk.work()
    done = finished(bulk, location)[0]
    assert done["bytes"] == {"read": len(encoded(product("a"))), "total": len(encoded(product("a")))}
    assert bulk.call("POST", f"{location}/start").json["status"] == "completed"
    assert len(bulk.due()) == 1


def test_an_import_is_started_once_it_has_a_file(bulk: Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(location: str) -> tuple[int, object]:
        answer = bulk.call("POST", f"{location}/start")
        return answer.status, str(answer.problem()["type"]).rpartition(":")[2]

    location = bulk.call("POST", IMPORTS).headers["Location"]
    assert refused(location) == (409, "nothing-uploaded")
    assert refused(prepared(bulk, b"")) == (409, "nothing-uploaded")
    monkeypatch.setattr(import_routes, "MAXIMUM_FILE_BYTES", 3)
    assert refused(prepared(bulk, b"four")) == (413, "content-too-large")
    assert bulk.due() == []


def test_the_same_key_prepares_one_import(bulk: Bulk) -> None:
    first, second = (bulk.call("POST", IMPORTS, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.headers["Location"] == second.headers["Location"]
    assert second.json["upload"] is not None


def test_what_nobody_asked_for_is_not_found(bulk: Bulk) -> None:
    assert bulk.call("GET", f"{IMPORTS}/none").status == 404
    assert bulk.call("POST", f"{IMPORTS}/none/start").status == 404
    assert bulk.call("POST", f"{IMPORTS}/%00/start").status == 422


def test_only_who_may_write_the_catalog_imports(bulk: Bulk) -> None:
    bulk.client.token = None
    answers: list[Answer] = [
        bulk.call("POST", IMPORTS),
        bulk.call("GET", f"{IMPORTS}/any"),
        bulk.call("POST", f"{IMPORTS}/any/start"),
    ]
    assert [answer.status for answer in answers] == [401, 401, 401]


@pytest.mark.usefixtures("small_chunks")
def test_a_file_that_changes_meanwhile_is_not_gone_on_with(
    bulk: Bulk, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "TURN_SECONDS", 0.0)
    location = started(bulk, *(product(f"p{number}") for number in range(6)))
    assert deliver(work.handler, bulk.due()[0]) == []
    files.put(upload_key(location.rpartition("/")[2]), b"another")
    bulk.work()
    failed = bulk.call("GET", location).json
    assert (failed["status"], failed["report"]) == ("failed", None)
    problem = cast("dict[str, str]", failed["problem"])
    assert problem["type"].endswith(":file-changed")
    assert "after 3 rows" in problem["detail"]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
def test_an_import_that_dies_anywhere_goes_on_and_writes_every_row_once(
    catalog: Client, bulk: Bulk, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    catalog.call("PUT", "/v1/products/thing", body=product("thing"))
    for number in range(1000):
        lines = [
            product(f"a{number}"),
            product(f"b{number}", variants=[{"sku": "thing"}]),
            product(f"a{number}", name="second"),
            product(f"c{number}", variants=[{"sku": f"c{number}-{size}"} for size in "sml"]),
            "no json",
            product(f"a{number}", name="third"),
            product(f"a{number}", name="third"),
        ]
        location = started(bulk, *lines)
        due = bulk.due()[-1]
        death = Death(at=number, after=after)
        with monkeypatch.context() as patch:
            lurking(patch, death)
            failed = deliver(work.handler, due)
        assert death.struck == (failed == ["m0"])
        if failed:
            assert deliver(work.handler, due) == []
        report = finished(bulk, location)[1]
        assert outcomes(report) == ["created", "rejected", "updated", "created", "rejected", "updated", "unchanged"]
        stated = [
            (message["detail"]["data"]["id"], message["detail"]["data"]["version"])
            for message in outbox()
            if message["detail_type"] == "ProductPublished"
        ]
        for name, versions in ((f"a{number}", [1, 2, 3]), (f"b{number}", []), (f"c{number}", [1])):
            assert sorted(version for about, version in stated if about == name) == versions
        if not failed:
            assert number > 15, "so many calls there are at least"
            return
    raise AssertionError("it never came to its end")


def test_rows_that_were_written_are_known_to_whoever_comes_late(table: Table) -> None:
    lines = [json.dumps(product("a", name=name)) for name in ("one", "two")]
    rows = [row_of_line(number, line) for number, line in enumerate(lines, start=1)]
    writer = RowWriter(table, import_id="i", correlation_id="c", expires_at=2**31)
    first = writer.write(rows)
    again = writer.write(rows)
    assert [report.outcome for report in first] == [report.outcome for report in again] == ["created", "updated"]
    item = table.get("PRODUCT#a", "PRODUCT", consistent=True)
    assert item is not None
    assert item["version"] == 2


def test_a_table_without_room_is_waited_for(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    transact, refused = table.transact, [0]

    def throttled(*given: Any, **named: Any) -> None:
        refused[0] += 1
        if refused[0] <= 2:
            raise ThrottledError
        transact(*given, **named)

    monkeypatch.setattr(table, "transact", throttled)
    writer = RowWriter(table, import_id="i", correlation_id="c", expires_at=2**31)
    (report,) = writer.write([row_of_line(1, json.dumps(product("a")))])
    assert report.outcome == "created"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
PRODUCTS = st.lists(
    st.builds(
        lambda name, description, status, tags, amount: product(
            name=name,
            description=description,
            status=status,
            tags=tags,
            price={"currency": "JPY", "amount": amount},
        ),
        TEXT,
        st.text(max_size=30),
        st.sampled_from(["draft", "published"]),
        st.lists(TEXT, max_size=3),
        st.integers(0, 10**9),
    ),
    max_size=8,
)


@given(PRODUCTS)
@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_imported_is_exported_and_importing_that_changes_nothing(
    bulk: Bulk, bodies: list[dict[str, object]]
) -> None:
    bodies = [{**body, "id": f"p{number}"} for number, body in enumerate(bodies)]
    if bodies:
        assert "rejected" not in outcomes(imported(bulk, *bodies))
    lines = {line["id"]: line for line in exported(bulk)}
    for body in bodies:
        line = lines[body["id"]]
        defaults = {"attributes": {}, "media": [], "variants": [], "options": [], "prices": []}
        kept = {name: value for name, value in line.items() if name not in READ_ONLY_FIELDS}
        assert {**defaults, **body} == {**defaults, **kept}
    if lines:
        assert set(outcomes(imported(bulk, *lines.values()))) == {"unchanged"}
