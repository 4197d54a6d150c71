"""The carts in the table.

CART#<id>      CART                 the cart; its version guards every write
CART#<id>      RELEASED#<id>        a checkout that gave the cart back, or never got it: it is refused
CUSTOMER#<id>  CURRENT#<currency>   the cart that a customer began or took over last
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from cart.cart import Cart, RefusedError
from cart.record import CART, cart_key, put_cart, read_cart
from store.contention import until_written
from store.operations import ABSENT, Check, Operation, Put, version_is
from store.table import Table

MOST_CURRENCIES = 500
MARK_LIFETIME = timedelta(days=30)
"""How long a checkout that gave a cart back is refused: an execution of the saga ends long before."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Give the present time."""
    return datetime.now(UTC)


class UnknownCartError(Exception):
    """There is no such cart, or none that the caller may know of."""


class CartRepository:
    """Reads and writes carts.

    Args:
        table: the service's.
        clock: gives the present time.

    A method that writes raises ``ThrottledError`` when too many writers want the same cart.
    """

    def __init__(self, table: Table, *, clock: Clock = utc_now) -> None:
        self._table = table
        self._clock = clock

    def find(self, cart_id: str) -> Cart | None:
        """Give a cart as it is after every write so far, or None when there is none or it has expired."""
        found = self._table.get(cart_key(cart_id), CART, consistent=True)
        cart = read_cart(found) if found else None
        # DynamoDB removes what has expired some time later.
        return cart if cart is not None and cart.expires_at > self._clock() else None

    def create(self, cart: Cart, *, beside: Sequence[Operation] = ()) -> None:
        """Write a new cart, and what has to happen with it or not at all.

        Raises:
            TransactionCanceledError: when a condition of ``beside`` does not hold.
        """
        self._table.transact([put_cart(cart, replacing=None), *self._current(cart), *beside])

    def change(self, cart_id: str, change: Callable[[Cart], Cart]) -> Cart:
        """Give a cart after a change, made again from the newest state when another writer was faster.

        Args:
            cart_id: which.
            change: gives the new cart for the present one; the same object to leave it. It may raise to refuse.

        Raises:
            UnknownCartError: when there is none.
        """

        def write(_attempt: int) -> Cart:
            current = self._require(cart_id)
            changed = change(current)
            if changed is current:
                return current
            changed = changed.until(self._clock())
            self._table.write(put_cart(changed, replacing=current))
            return changed

        return until_written(write, what=f"cart {cart_id}")

    def merge(self, cart_id: str, *, customer_id: str, into: str | None) -> Cart:
        """Give the customer's cart after it took over another one's content; sent twice it does so once.

        Args:
            cart_id: the other one, anonymous or the customer's own.
            customer_id: who signed in.
            into: which of the customer's carts; None for the current one of the same currency. If there is none, or it
                is not open, the other one itself becomes the customer's.

        Raises:
            UnknownCartError: when one of them is none, or not the customer's.
            RefusedError: when one is not open, or they do not go together.
        """

        def write(_attempt: int) -> Cart:
            source = self._require(cart_id)
            if source.customer_id not in (None, customer_id):
                raise UnknownCartError(cart_id)
            if source.merged_into is not None:
                return self._end_of(source)
            target = self._target(source, customer_id=customer_id, into=into)
            if target is None or target.id == source.id:
                return self._claim(source, customer_id)
            filled = target.taking_over(source).until(self._clock())
            emptied = source.merged(target.id, customer_id=customer_id)
            self._table.transact([put_cart(filled, replacing=target), put_cart(emptied, replacing=source)])
            return filled

        return until_written(write, what=f"cart {cart_id}")

    def lock(self, cart_id: str, *, checkout_id: str, customer_id: str | None) -> Cart:
        """Give a cart to one checkout: from now on it stays as it is.

        Raises:
            UnknownCartError: when there is none, or it is another customer's.
            RefusedError: when it is empty, ordered or another checkout's, or this checkout gave it back before.
        """

        def write(_attempt: int) -> Cart:
            current = self._require(cart_id)
            if not current.is_of(customer_id):
                raise UnknownCartError(cart_id)
            mark = self._table.get(cart_key(cart_id), _mark_key(checkout_id), consistent=True)
            if mark is not None:
                raise RefusedError("checkout-released", f"the checkout {checkout_id} gave the cart back")
            locked = current.locked(checkout_id)
            if locked is not current:
                unmarked = Check(pk=cart_key(cart_id), sk=_mark_key(checkout_id), condition=ABSENT)
                locked = locked.until(self._clock())
                self._table.transact([put_cart(locked, replacing=current), unmarked])
            return locked

        return until_written(write, what=f"cart {cart_id}")

    def unlock(self, cart_id: str, *, checkout_id: str) -> None:
        """Open a cart again, and refuse that checkout from now on, even if it never came or there is no cart.

        Raises:
            RefusedError: when the checkout made an order of it.
        """

        def write(_attempt: int) -> None:
            current = self.find(cart_id)
            opened = current.unlocked(checkout_id) if current else None
            mark = Put(
                item={
                    "pk": cart_key(cart_id),
                    "sk": _mark_key(checkout_id),
                    "expires_at": int((self._clock() + MARK_LIFETIME).timestamp()),
                }
            )
            if current is None or opened is None:
                self._table.write(mark)
            elif opened is current:
                # A lock that comes between would find no mark, and hold for ever.
                unchanged = Check(pk=cart_key(cart_id), sk=CART, condition=version_is(current.version))
                self._table.transact([unchanged, mark])
            else:
                self._table.transact([put_cart(opened.until(self._clock()), replacing=current), mark])

        until_written(write, what=f"cart {cart_id}")

    def order(self, cart_id: str, *, order_id: str, checkout_id: str) -> bool:
        """Say that a cart became an order; True when that was news."""
        news = False

        def ordered(current: Cart) -> Cart:
            nonlocal news
            changed = current.ordered(order_id, checkout_id=checkout_id)
            news = changed is not current
            return changed

        try:
            self.change(cart_id, ordered)
        except UnknownCartError:
            return False
        return news

    def _require(self, cart_id: str) -> Cart:
        cart = self.find(cart_id)
        if cart is None:
            raise UnknownCartError(cart_id)
        return cart

    def _end_of(self, cart: Cart) -> Cart:
        while cart.merged_into is not None:
            cart = self._require(cart.merged_into)
        return cart

    def _target(self, source: Cart, *, customer_id: str, into: str | None) -> Cart | None:
        if into is not None:
            target = self.find(into)
            if target is None or target.customer_id != customer_id or target.status == "merged":
                raise UnknownCartError(into)
            return target
        if source.customer_id == customer_id:
            return source
        current = self._table.get(_customer_key(customer_id), _current_key(source.currency), consistent=True)
        target = self.find(cast(str, current["cart_id"])) if current else None
        return target if target and target.customer_id == customer_id and target.status == "open" else None

    def _claim(self, cart: Cart, customer_id: str) -> Cart:
        if cart.customer_id == customer_id:
            return cart
        claimed = cart.claimed(customer_id).until(self._clock())
        self._table.transact([put_cart(claimed, replacing=cart), *self._current(claimed)])
        return claimed

    def _current(self, cart: Cart) -> list[Operation]:
        if cart.customer_id is None:
            return []
        item = {
            "pk": _customer_key(cart.customer_id),
            "sk": _current_key(cart.currency),
            "cart_id": cart.id,
            "expires_at": int(cart.expires_at.timestamp()),
        }
        return [Put(item=item)]


def current_keys(table: Table, customer_id: str) -> list[tuple[str, str]]:
    """Give the keys of what tells which carts are a customer's current ones."""
    found = table.query("pk = :pk", values={":pk": _customer_key(customer_id)}, limit=MOST_CURRENCIES, consistent=True)
    return [(str(item["pk"]), str(item["sk"])) for item in found]


def _customer_key(customer_id: str) -> str:
    return f"CUSTOMER#{customer_id}"


def _current_key(currency: str) -> str:
    return f"CURRENT#{currency}"


def _mark_key(checkout_id: str) -> str:
    return f"RELEASED#{checkout_id}"
