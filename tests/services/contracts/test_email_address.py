from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.email_address import EmailAddress, normalized

ADDRESSES = TypeAdapter[str](EmailAddress)


@pytest.mark.parametrize(
    "address", ["ada@example.com", "a+b.c@sub.example-shop.co", "a@localhost", "O'Neil@example.com"]
)
def test_an_address_that_a_browser_takes_is_one(address: str) -> None:
    assert ADDRESSES.validate_python(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@x.com",
        "ada@",
        "a b@x.com",
        "ada@-x.com",
        "ada@x..com",
        "ada@x.com\n",
        "ä@x.com",
        f"{'a' * 250}@x.com",
    ],
)
def test_what_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESSES.validate_python(address)


def test_capitals_make_no_other_mailbox() -> None:
    assert normalized("Ada@Example.com") == normalized("ada@example.COM")
