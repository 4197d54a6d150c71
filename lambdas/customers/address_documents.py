"""Address books as documents of the table, and as clients see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from customers.address_book import AddressBook, SavedAddress
from customers.documents import Content


def content_of(book: AddressBook) -> Content:
    """Give a book's document, empty for an empty one."""
    return {"addresses": [asdict(address) for address in book.addresses]} if book.addresses else {}


def book_of(content: Content) -> AddressBook:
    """Give the book of a document."""
    found = cast("list[Mapping[str, object]]", content.get("addresses", []))
    return AddressBook(addresses=tuple(SavedAddress(**address) for address in found))  # type: ignore[arg-type]


def shown(address: SavedAddress) -> dict[str, object]:
    """Give an address as clients see it."""
    return {
        "id": address.id,
        **address.address,
        "default_shipping": address.default_shipping,
        "default_billing": address.default_billing,
    }
