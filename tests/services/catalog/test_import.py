from __future__ import annotations

import json
import time
from threading import Event, Thread
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.idempotency import once
from catalog.import_rows import MAXIMUM_IMPORT_BYTES
from catalog.product import MAXIMUM_PRODUCT_BYTES
from edge.problem import Problem
from edge.request import NDJSON
from store.table import Table
from tests.services.http_client import Answer, Client, product

IMPORT = "/v1/products/import"


def ndjson(client: Client, *lines: object, **headers: str) -> Answer:
    raw = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return client.call("POST", IMPORT, raw=raw, headers={"content-type": NDJSON, **headers})


def rows(answer: Answer) -> list[dict[str, object]]:
    assert answer.status == 200, answer.text
    return cast(list[dict[str, object]], answer.json["rows"])


def outcomes(answer: Answer) -> list[object]:
    return [row["outcome"] for row in rows(answer)]


def test_each_row_has_its_outcome(catalog: Client) -> None:
    catalog.call("PUT", "/v1/products/a", body=product("a"))
    catalog.call("PUT", "/v1/products/b", body=product("b"))
    answer = ndjson(
        catalog,
        product("a"),
        product("b", name="new"),
        "",
        product("c"),
        "{not json",
        product("d", price=5),
        product("e", variants=[{"sku": "a"}]),
        [],
    )
    assert outcomes(answer) == ["unchanged", "updated", "created", "rejected", "rejected", "rejected", "rejected"]
    assert (answer.json["accepted"], answer.json["rejected"]) == (3, 4)
    assert [row["row"] for row in rows(answer)] == list(range(1, 8))
    assert [row["id"] for row in rows(answer)] == ["a", "b", "c", None, "d", "e", None]
    errors = [cast(list[dict[str, str]], row["errors"]) for row in rows(answer)]
    assert errors[0] == []
    assert errors[4][0]["pointer"] == "/price"
    assert errors[5][0]["code"] == "sku_taken"


def test_a_json_list_is_read_as_well(catalog: Client) -> None:
    assert outcomes(catalog.call("POST", IMPORT, body=[product("a"), 5])) == ["created", "rejected"]


def test_rows_of_one_product_are_written_in_order(catalog: Client) -> None:
    answer = ndjson(catalog, *(product("a", name=f"name {number}") for number in range(8)))
    assert outcomes(answer) == ["created", *["updated"] * 7]
    assert catalog.call("GET", "/v1/products/a").json["name"] == "name 7"


def test_500_rows_take_a_few_seconds(catalog: Client) -> None:
    started = time.perf_counter()
    answer = ndjson(catalog, *(product(f"p{number}") for number in range(500)))
    assert set(outcomes(answer)) == {"created"}
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("body", "status"),
    [([], 422), ({}, 422), ("text", 422), (None, 422), ([product(f"p{number}") for number in range(501)], 422)],
)
def test_what_is_no_list_of_products_is_refused(catalog: Client, body: object, status: int) -> None:
    answer = catalog.call("POST", IMPORT, raw=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status == status
    answer.problem()


def test_too_large_an_import_and_too_large_a_row(catalog: Client) -> None:
    assert ndjson(catalog, "x" * (MAXIMUM_IMPORT_BYTES + 1)).status == 413
    answer = ndjson(catalog, product("a", description="x" * MAXIMUM_PRODUCT_BYTES), product("b"))
    assert outcomes(answer) == ["rejected", "created"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(exclude_characters="\n"), max_size=10).filter(str.strip),
            st.builds(product, st.sampled_from(["a", "b", "c"]), name=st.sampled_from(["x", "y", "", 1])),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_report_adds_up(catalog: Client, lines: list[object]) -> None:
    answer = ndjson(catalog, *lines)
    if answer.status == 400:
        # half of a surrogate pair is no UTF-8
        return
    report = rows(answer)
    assert [row["row"] for row in report] == list(range(1, len(lines) + 1))
    rejected = [row for row in report if row["outcome"] == "rejected"]
    assert answer.json["rejected"] == len(rejected)
    assert answer.json["accepted"] == len(lines) - len(rejected)
    assert all(bool(row["errors"]) == (row["outcome"] == "rejected") for row in report)


def test_a_key_sent_again_gets_the_same_report(catalog: Client) -> None:
    key = {"idempotency-key": "spring-2027"}
    first = ndjson(catalog, product("a"), product("b", price=5), **key)
    catalog.call("DELETE", "/v1/products/a")
    again = ndjson(catalog, product("a"), product("b", price=5), **key)
    assert (again.status, again.text) == (200, first.text)
    assert catalog.call("GET", "/v1/products/a").status == 404
    assert ndjson(catalog, product("c"), **key).status == 422
    assert ndjson(catalog, product("c"), **{"idempotency-key": "é"}).status == 422


def test_a_long_report_is_replayed_whole(table: Table) -> None:
    import secrets

    report = secrets.token_hex(700_000)
    assert once(table, key="k", owner="o", body="b", effect=lambda: report) == report
    assert once(table, key="k", owner="o", body="b", effect=lambda: "never") == report
    assert once(table, key="k", owner="another", body="b", effect=lambda: "own") == "own"


def test_a_key_in_use_is_refused_until_its_request_is_done(table: Table) -> None:
    begun, proceed, answers = Event(), Event(), list[str]()

    def effect() -> str:
        begun.set()
        assert proceed.wait(10)
        return "done"

    running = Thread(target=lambda: answers.append(once(table, key="k", owner="o", body="b", effect=effect)))
    running.start()
    assert begun.wait(10)
    with pytest.raises(Problem) as raised:
        once(table, key="k", owner="o", body="b", effect=lambda: "second")
    proceed.set()
    running.join()
    assert raised.value.status == 409
    assert answers == ["done"]


def test_a_failed_request_frees_its_key(table: Table) -> None:
    def fail() -> str:
        raise RuntimeError("lost")

    with pytest.raises(RuntimeError):
        once(table, key="k", owner="o", body="b", effect=fail)
    assert once(table, key="k", owner="o", body="b", effect=lambda: "done") == "done"


def test_a_crashed_request_frees_its_key_when_its_lock_has_run_out(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def die() -> str:
        raise KilledError

    with monkeypatch.context() as dead:
        dead.setattr(table, "write", _only_first(table))
        with pytest.raises(KilledError):
            once(table, key="k", owner="o", body="b", effect=die)
    with pytest.raises(Problem):
        once(table, key="k", owner="o", body="b", effect=lambda: "too early")
    later = time.time() + 61
    monkeypatch.setattr("catalog.idempotency.time.time", lambda: later)
    assert once(table, key="k", owner="o", body="b", effect=lambda: "done") == "done"


def _only_first(table: Table) -> object:
    """Give a write that works once: a dead process writes no more."""
    write, written = table.write, list[object]()

    def first(operation: object) -> None:
        if not written:
            written.append(operation)
            write(operation)  # type: ignore[arg-type]

    return first
