from __future__ import annotations

import pytest

from orders.invoice import written
from orders.number import ALPHABET, new_number, read_number
from store.table import Table
from tests.services.key_server import KeyServer
from tests.services.orders.conftest import Call, Outbox, kind, order_body


def make(call: Call, order_id: str, *, confirm: bool = False, **fields: object) -> dict[str, object]:
    made = call("PUT", f"/v1/orders/{order_id}", order_body(**fields))
    assert made.status == 201
    if confirm:
        assert call("POST", f"/v1/orders/{order_id}/confirm").status == 200
    return made.json


def ids(call: Call, **options: object) -> list[object]:
    """Give the ids of all pages."""
    found: list[object] = []
    query = {"limit": "2", **options.pop("query", {})}  # type: ignore[dict-item]
    while True:
        page = call("GET", "/v1/orders", query=query, **options)
        assert page.status == 200, page.text
        items = page.json["items"]
        assert isinstance(items, list)
        assert len(items) <= 2
        found += [item["id"] for item in items]
        if page.json["next"] is None:
            return found
        query["cursor"] = str(page.json["next"])


def test_a_guests_order_is_open_to_who_knows_its_id(call: Call, issuer: KeyServer) -> None:
    make(call, "o-1")
    assert call("GET", "/v1/orders/o-1").status == 200
    assert call("GET", "/v1/orders/o-1", token=issuer.customer_token("eve")).status == 200
    assert call("GET", "/v1/orders/o-1", token="nonsense").status == 401
    assert call("GET", "/v1/orders/o-2").status == 404


def test_a_customers_order_is_that_customers_and_the_merchants(call: Call, issuer: KeyServer, merchant: str) -> None:
    make(call, "o-1", customer_id="id-of-ada")
    for token in (issuer.customer_token("ada"), merchant):
        assert call("GET", "/v1/orders/o-1", token=token).status == 200
    for stranger in (None, issuer.customer_token("eve"), issuer.token("catalog/write"), issuer.token("orders/write")):
        unseen = call("GET", "/v1/orders/o-1", token=stranger)
        assert unseen.text == call("GET", "/v1/orders/o-2", token=stranger).text.replace("o-2", "o-1")
        assert unseen.status == 404


def test_a_machine_whose_id_is_a_customers_is_none(call: Call, issuer: KeyServer) -> None:
    make(call, "o-1", customer_id="merchant")
    assert call("GET", "/v1/orders/o-1", token=issuer.token("catalog/write")).status == 404


def test_an_order_has_a_tag_that_changes_with_it(call: Call) -> None:
    make(call, "o-1")
    first = call("GET", "/v1/orders/o-1")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert call("GET", "/v1/orders/o-1", headers={"if-none-match": first.headers["ETag"]}).status == 304
    call("POST", "/v1/orders/o-1/confirm")
    assert call("GET", "/v1/orders/o-1").headers["ETag"] != first.headers["ETag"]


def test_a_customers_history_is_newest_first_and_nobody_elses(call: Call, issuer: KeyServer) -> None:
    for number in range(5):
        make(call, f"ada-{number}", customer_id="id-of-ada")
        make(call, f"eve-{number}", customer_id="id-of-eve")
    make(call, "guest")
    assert ids(call, token=issuer.customer_token("ada")) == [f"ada-{number}" for number in reversed(range(5))]
    assert ids(call, token=issuer.customer_token("bob")) == []


def test_a_merchant_sees_everybodys_or_those_of_a_status(call: Call, merchant: str) -> None:
    for number in range(7):
        make(call, f"o-{number}", confirm=number % 2 == 0)
    assert ids(call, token=merchant) == [f"o-{number}" for number in reversed(range(7))]
    assert ids(call, token=merchant, query={"status": "confirmed"}) == ["o-6", "o-4", "o-2", "o-0"]
    assert ids(call, token=merchant, query={"status": "shipped"}) == []
    assert call("GET", "/v1/orders", token=merchant, query={"status": "lost"}).status == 422


def test_a_list_shows_what_is_needed_to_choose(call: Call, merchant: str) -> None:
    made = make(call, "o-1", confirm=True)
    (shown,) = call("GET", "/v1/orders", token=merchant).json["items"]  # type: ignore[misc]
    assert shown == {
        "id": "o-1",
        "number": made["number"],
        "status": "confirmed",
        "payment_status": "authorized",
        "placed_at": made["placed_at"],
        "email": "Ada@example.org",
        "pieces": 4,
        "total": made["total"],
    }


def test_lists_are_for_customers_and_merchants(call: Call, issuer: KeyServer) -> None:
    assert call("GET", "/v1/orders").status == 401
    assert call("GET", "/v1/orders", token=issuer.token("orders/write")).status == 403


def test_a_cursor_is_of_one_list(call: Call, issuer: KeyServer, merchant: str) -> None:
    for number in range(3):
        make(call, f"o-{number}", customer_id="id-of-ada")
    query = {"limit": "1"}
    cursor = str(call("GET", "/v1/orders", token=issuer.customer_token("ada"), query=query).json["next"])
    for token in (merchant, issuer.customer_token("eve")):
        assert call("GET", "/v1/orders", token=token, query={"cursor": cursor}).status == 422


def test_a_guest_finds_an_order_by_its_number_and_address(call: Call) -> None:
    made = make(call, "o-1")
    number = str(made["number"])
    for typed in (number, number.lower(), number.replace("-", ""), f" {number} ".replace("0", "o").replace("1", "l")):
        found = call("POST", "/v1/orders/lookup", {"number": typed, "email": "ADA@example.org"})
        assert (found.status, found.json["id"]) == (200, "o-1")


def test_whatever_is_wrong_in_a_lookup_the_answer_is_the_same(call: Call) -> None:
    number = str(make(call, "o-1")["number"])
    of_customer = str(make(call, "o-2", customer_id="id-of-ada")["number"])
    answers = [
        call("POST", "/v1/orders/lookup", {"number": asked, "email": email})
        for asked, email in (
            (number, "eve@example.org"),
            ("00000-00000", "ada@example.org"),
            ("what?", "ada@example.org"),
            (of_customer, "ada@example.org"),
        )
    ]
    assert {(answer.status, answer.text) for answer in answers} == {(404, answers[0].text)}


@pytest.mark.parametrize("body", [{}, {"number": "1"}, {"number": "", "email": "a@b.c"}, {"number": 1, "email": "a@b"}])
def test_an_invalid_lookup_is_422(call: Call, body: object) -> None:
    assert call("POST", "/v1/orders/lookup", body).status == 422


def test_numbers_are_read_however_they_are_written() -> None:
    number = new_number()
    assert len(number) == 11
    assert set(number) <= {*ALPHABET, "-"}
    assert read_number(number.lower().replace("-", " ")) == number
    assert read_number("oOiIl-LLL00") == "00111-11100"
    assert [read_number(wrong) for wrong in ("", "1234", "UUUUU-UUUUU", "12345-678901", "é" * 10)] == [None] * 5


def test_a_number_that_is_taken_is_not_given_again(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(["AAAAA-AAAAA", "AAAAA-AAAAA", "BBBBB-BBBBB"])
    monkeypatch.setattr("orders.repository.new_number", lambda: next(numbers))
    assert [make(call, order_id)["number"] for order_id in ("o-1", "o-2")] == ["AAAAA-AAAAA", "BBBBB-BBBBB"]


def test_an_invoice_is_a_page_that_runs_nothing(call: Call) -> None:
    evil = {"name": "<script>alert(1)</script>", "line1": "& Co.", "city": "東京", "country": "JP"}
    made = make(call, "o-1", confirm=True, shipping_address=evil)
    page = call("GET", "/v1/orders/o-1/invoice")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.headers["Content-Disposition"] == f'inline; filename="invoice-{made["number"]}.html"'
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    for expected in (str(made["number"]), "東京", "The mug", "10.00 USD", "40.00 USD", "Tax included"):
        assert expected in page.text


@pytest.mark.parametrize(
    ("currency", "amount", "text"),
    [
        ("USD", 123450, "1,234.50 USD"),
        ("JPY", 123450, "123,450 JPY"),
        ("KWD", 123450, "123.450 KWD"),
        ("EUR", 5, "0.05 EUR"),
        ("EUR", 0, "0.00 EUR"),
    ],
)
def test_amounts_are_written_with_their_currencys_digits(currency: str, amount: int, text: str) -> None:
    assert written({"currency": currency, "amount": amount}) == text


def test_the_style_of_an_invoice_is_the_one_that_its_policy_allows(call: Call) -> None:
    import base64
    from hashlib import sha256

    make(call, "o-1", confirm=True)
    page = call("GET", "/v1/orders/o-1/invoice")
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]


def test_there_is_no_invoice_of_what_is_not_confirmed_and_none_for_strangers(call: Call, issuer: KeyServer) -> None:
    make(call, "o-1")
    assert kind(call("GET", "/v1/orders/o-1/invoice")) == "order-state"
    make(call, "o-2", confirm=True, customer_id="id-of-ada")
    assert call("GET", "/v1/orders/o-2/invoice").status == 404
    assert call("GET", "/v1/orders/o-2/invoice", token=issuer.customer_token("ada")).status == 200


def test_an_invoice_says_that_the_order_was_cancelled(call: Call) -> None:
    make(call, "o-1", confirm=True)
    call("POST", "/v1/orders/o-1/cancel", {"reason": "<b>no</b>"})
    assert "This order was cancelled: &lt;b&gt;no&lt;/b&gt;" in call("GET", "/v1/orders/o-1/invoice").text


def test_reads_write_nothing(call: Call, table: Table, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    make(call, "o-1", confirm=True)
    outbox.messages.clear()
    monkeypatch.setattr(table, "write", None)
    monkeypatch.setattr(table, "transact", None)
    for path in ("/v1/orders/o-1", "/v1/orders/o-1/invoice"):
        assert call("GET", path).status == 200
