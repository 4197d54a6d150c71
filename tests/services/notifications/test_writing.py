from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.message import KINDS, LANGUAGES, Kind, language_for
from notifications.writing import texts, write


def usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


def facts(**changes: object) -> dict[str, object]:
    """Give everything that any text speaks of."""
    return {
        "number": "7K3MP-Q2X9A",
        "name": "Ada",
        "lines": [{"quantity": 2, "name": "Mug", "total": usd(3200)}],
        "returned": [{"quantity": 1, "name": "Mug"}],
        "items": [{"quantity": 2, "name": "Mug"}],
        "shipping": usd(500),
        "total": usd(123456),
        "refund": usd(3700),
        "amount": usd(1600),
        "carrier": "Post",
        "tracking_number": "T-1",
        "complete": True,
        **changes,
    }


class Elements(HTMLParser):
    """The elements of a document, and its text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.texts: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_text_for_everything(language: str) -> None:
    assert tuple(texts(language)) == KINDS
    for kind in KINDS:
        email = write(kind, language, facts())
        assert email.subject
        assert f'lang="{language}"' in email.html
        assert "{{" not in email.text + email.html + email.subject


@given(
    kind=st.sampled_from(KINDS),
    language=st.sampled_from(LANGUAGES),
    hostile=st.text(alphabet=st.sampled_from("<>&\"'{}%\n\r\x00aß漢 script="), max_size=40),
)
def test_what_customers_write_is_text_and_never_markup_or_a_header(kind: Kind, language: str, hostile: str) -> None:
    harmless = write(kind, language, facts())
    email = write(kind, language, facts(name=hostile, carrier=hostile, number=hostile, tracking_number="T"))
    assert Elements(email.html).names == Elements(harmless.html).names
    assert not {"\n", "\r"} & set(email.subject)


def test_a_name_is_readable_in_both_forms() -> None:
    email = write("order_confirmed", "en", facts(name="Ada & <b>Bob</b>"))
    assert "Hello Ada & <b>Bob</b>," in email.text
    assert "Hello Ada &amp; &lt;b&gt;Bob&lt;/b&gt;," in email.html


@pytest.mark.parametrize(
    ("language", "money", "written"),
    [
        ("en", usd(123456), "$1,234.56"),
        ("de", {"currency": "EUR", "amount": 123456}, "1.234,56\xa0€"),
        ("fr", {"currency": "EUR", "amount": 99}, "0,99\xa0€"),
        ("en", {"currency": "JPY", "amount": 500}, "¥500"),
        ("en", {"currency": "KWD", "amount": 1500}, "KWD1.500"),
    ],
)
def test_amounts_are_written_as_the_language_does(language: str, money: dict[str, object], written: str) -> None:
    assert written in write("payment_refunded", language, facts(amount=money)).text


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("de-AT", "de"), ("FR-ca", "fr"), ("pt-BR", "en"), (None, "en"), ("", "en")],
)
def test_who_reads_another_language_gets_english(tag: str | None, language: str) -> None:
    assert language_for(tag) == language


def test_what_does_not_apply_is_left_out() -> None:
    assert "get back" not in write("order_cancelled", "en", facts(refund=usd(0))).text
    assert "tracking" not in write("shipment_dispatched", "en", facts(tracking_number=None)).text
