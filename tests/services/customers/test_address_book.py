from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.address_book import (
    MAXIMUM_ADDRESSES,
    AddressBook,
    AddressBookFullError,
    SavedAddress,
    UnknownAddressError,
)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("add", "replace", "remove")),
        st.integers(min_value=0, max_value=5),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
)


def address(id: str, *, shipping: bool = False, billing: bool = False, line: str = "1 Main St") -> SavedAddress:
    return SavedAddress(id=id, address={"line1": line}, default_shipping=shipping, default_billing=billing)


@given(steps=STEPS)
def test_there_is_never_more_than_one_default_and_versions_only_grow(
    steps: list[tuple[str, int, bool, bool]],
) -> None:
    book = AddressBook()
    for count, (step, place, shipping, billing) in enumerate(steps):
        before = {known.id: known.version for known in book.addresses}
        if step == "add":
            book = book.with_added(address(f"a{count}", shipping=shipping, billing=billing))
        elif place < len(book.addresses):
            chosen = book.addresses[place].id
            wanted = address(chosen, shipping=shipping, billing=billing)
            book = book.with_replaced(wanted) if step == "replace" else book.without(chosen)
        assert sum(known.default_shipping for known in book.addresses) <= 1
        assert sum(known.default_billing for known in book.addresses) <= 1
        for known in book.addresses:
            assert known.version >= before.get(known.id, 1)


def test_the_first_address_is_the_default_for_everything() -> None:
    (first,) = AddressBook().with_added(address("a")).addresses
    assert (first.default_shipping, first.default_billing) == (True, True)


def test_a_new_default_takes_over_and_the_old_one_changes_its_version() -> None:
    book = AddressBook().with_added(address("a")).with_added(address("b", shipping=True))
    assert [(a.id, a.version, a.default_shipping, a.default_billing) for a in book.addresses] == [
        ("a", 2, False, True),
        ("b", 1, True, False),
    ]


def test_the_same_again_changes_nothing() -> None:
    book = AddressBook().with_added(address("a", shipping=True, billing=True))
    assert book.with_replaced(address("a", shipping=True, billing=True)) is book


def test_a_full_book_and_an_unknown_address_are_told() -> None:
    book = AddressBook()
    for number in range(MAXIMUM_ADDRESSES):
        book = book.with_added(address(f"a{number}"))
    with pytest.raises(AddressBookFullError):
        book.with_added(address("one more"))
    with pytest.raises(UnknownAddressError):
        book.without("none")
