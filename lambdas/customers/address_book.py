"""A customer's addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

MAXIMUM_ADDRESSES = 50


class AddressBookFullError(Exception):
    """There is no room for another address."""


class UnknownAddressError(Exception):
    """There is no address of that id."""


@dataclass(frozen=True, kw_only=True)
class SavedAddress:
    """One address.

    Attributes:
        id: unique in the book.
        version: grows with every change of this address.
        address: what stands on a parcel.
        default_shipping: whether parcels go there unless somebody says otherwise.
        default_billing: whether invoices do.
    """

    id: str
    version: int = 1
    address: Mapping[str, object]
    default_shipping: bool = False
    default_billing: bool = False


@dataclass(frozen=True, kw_only=True)
class AddressBook:
    """Up to 50 addresses in the order in which they were added, at most one the default for each purpose."""

    addresses: tuple[SavedAddress, ...] = ()

    def find(self, id: str) -> SavedAddress:
        """Give an address.

        Raises:
            UnknownAddressError: when there is none of that id.
        """
        for known in self.addresses:
            if known.id == id:
                return known
        raise UnknownAddressError(id)

    def with_added(self, address: SavedAddress) -> AddressBook:
        """Give the book with one more address; the first is the default for everything.

        Raises:
            AddressBookFullError: when there is no room.
        """
        if len(self.addresses) >= MAXIMUM_ADDRESSES:
            raise AddressBookFullError
        if not self.addresses:
            address = replace(address, default_shipping=True, default_billing=True)
        return AddressBook(addresses=(*self._giving_way_to(address), address))

    def with_replaced(self, wanted: SavedAddress) -> AddressBook:
        """Give the book with an address as it is wanted, its version counted on if it changes at all.

        Raises:
            UnknownAddressError: when there is none of that id.
        """
        current = self.find(wanted.id)
        new = replace(wanted, version=current.version)
        if new == current:
            return self
        new = replace(new, version=current.version + 1)
        return AddressBook(addresses=tuple(new if known.id == new.id else known for known in self._giving_way_to(new)))

    def without(self, id: str) -> AddressBook:
        """Give the book without an address. If it was a default there is none until another one is made it.

        Raises:
            UnknownAddressError: when there is none of that id.
        """
        gone = self.find(id)
        return AddressBook(addresses=tuple(known for known in self.addresses if known != gone))

    def _giving_way_to(self, new: SavedAddress) -> tuple[SavedAddress, ...]:
        return tuple(_giving_way(known, new) if known.id != new.id else known for known in self.addresses)


def _giving_way(known: SavedAddress, new: SavedAddress) -> SavedAddress:
    changed = replace(
        known,
        default_shipping=known.default_shipping and not new.default_shipping,
        default_billing=known.default_billing and not new.default_billing,
    )
    return known if changed == known else replace(changed, version=known.version + 1)
