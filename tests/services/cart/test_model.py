"""The cart service against a model of it in plain dictionaries: any calls, in any order, repeated and late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cart.cart import Cart, RefusedError, new_cart
from cart.repository import CartRepository, UnknownCartError
from store.table import Table
from tests.services.conftest import Indexes

START = datetime(2026, 11, 26, tzinfo=UTC)

customers = st.sampled_from([None, "ada", "bob"])
signed_in = st.sampled_from(["ada", "bob"])
skus = st.sampled_from(["mug", "pot", "lid"])
codes = st.sampled_from(["tenth", "TENTH", "five"])
checkouts = st.sampled_from(["c-1", "c-2", "c-3"])
quantities = st.sampled_from([1, 2, 500, 999])


@dataclass
class Kept:
    """A cart of the model."""

    currency: str
    owner: str | None
    until: datetime
    status: str = "open"
    checkout: str | None = None
    into: str | None = None
    items: dict[str, int] = field(default_factory=dict)
    coupons: list[str] = field(default_factory=list)
    released: set[str] = field(default_factory=set)


class CartMachine(RuleBasedStateMachine):
    """Makes the same calls to the carts and to the model, and compares what they answer and keep."""

    carts = Bundle("carts")

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.now = START
        self.repository = CartRepository(table, clock=lambda: self.now)
        self.model: dict[str, Kept] = {}
        self.current: dict[tuple[str, str], str] = {}

    def lifetime(self, kept: Kept) -> None:
        kept.until = self.now + timedelta(days=365 if kept.owner else 30)

    def there(self, cart_id: str) -> Kept | None:
        kept = self.model[cart_id]
        return kept if kept.until > self.now else None

    def outcome(self, call: Callable[[], object]) -> str:
        try:
            call()
        except UnknownCartError:
            return "unknown"
        except RefusedError as refused:
            return refused.kind
        return "done"

    def refusal(self, kept: Kept | None, caller: str | None) -> str | None:
        """Why the model refuses a change, if it does."""
        if kept is None or kept.status == "merged" or kept.owner not in (None, caller):
            return "unknown"
        return {"open": None, "in-checkout": "cart-in-checkout", "ordered": "cart-ordered"}[kept.status]

    def changed(self, cart_id: str, caller: str | None, change: Callable[[Cart], Cart]) -> str:
        def allowed(cart: Cart) -> Cart:
            if not cart.is_of(caller):
                raise UnknownCartError(cart_id)
            return change(cart)

        return self.outcome(lambda: self.repository.change(cart_id, allowed))

    @rule(target=carts, owner=customers, currency=st.sampled_from(["USD", "EUR"]))
    def begin(self, owner: str | None, currency: str) -> str:
        cart = new_cart(currency, customer_id=owner, now=self.now)
        self.repository.create(cart)
        kept = self.model[cart.id] = Kept(currency=currency, owner=owner, until=self.now)
        self.lifetime(kept)
        if owner:
            self.current[owner, currency] = cart.id
        return cart.id

    @rule(cart_id=carts, caller=customers, sku=skus, quantity=quantities)
    def put(self, cart_id: str, caller: str | None, sku: str, quantity: int) -> None:
        kept = self.there(cart_id)
        refusal = self.refusal(kept, caller)
        assert self.changed(cart_id, caller, lambda cart: cart.holding(sku, quantity)) == (refusal or "done")
        if kept and not refusal and kept.items.get(sku) != quantity:
            kept.items[sku] = quantity
            self.lifetime(kept)

    @rule(cart_id=carts, caller=customers, sku=skus)
    def take_out(self, cart_id: str, caller: str | None, sku: str) -> None:
        kept = self.there(cart_id)
        refusal = self.refusal(kept, caller)
        assert self.changed(cart_id, caller, lambda cart: cart.without(sku)) == (refusal or "done")
        if kept and not refusal and kept.items.pop(sku, None) is not None:
            self.lifetime(kept)

    @rule(cart_id=carts, caller=customers, code=codes)
    def add_coupon(self, cart_id: str, caller: str | None, code: str) -> None:
        kept = self.there(cart_id)
        refusal = self.refusal(kept, caller)
        assert self.changed(cart_id, caller, lambda cart: cart.with_coupon(code)) == (refusal or "done")
        if kept and not refusal and code.upper() not in map(str.upper, kept.coupons):
            kept.coupons.append(code)
            self.lifetime(kept)

    @rule(cart_id=carts, customer=signed_in)
    def merge(self, cart_id: str, customer: str) -> None:
        source = self.there(cart_id)
        known = source is not None and source.owner in (None, customer)
        outcome = self.outcome(lambda: self.repository.merge(cart_id, customer_id=customer, into=None))
        if source is None or not known:
            assert outcome == "unknown"
        elif source.status == "merged":
            end = source
            while end.into is not None:
                end = self.model[end.into]
            assert outcome == ("done" if end.until > self.now else "unknown")
        elif source.owner == customer:
            assert outcome == "done"
        elif source.status != "open":
            assert outcome == {"in-checkout": "cart-in-checkout", "ordered": "cart-ordered"}[source.status]
        else:
            assert outcome == "done"
            self.take_over(cart_id, source, customer)

    def take_over(self, cart_id: str, source: Kept, customer: str) -> None:
        target_id = self.current.get((customer, source.currency))
        target = self.there(target_id) if target_id else None
        if target_id is None or target is None or target.status != "open":
            source.owner = customer
            self.current[customer, source.currency] = cart_id
            self.lifetime(source)
            return
        for sku, quantity in source.items.items():
            target.items[sku] = min(target.items.get(sku, 0) + quantity, 999)
        target.coupons += [code for code in source.coupons if code.upper() not in map(str.upper, target.coupons)]
        source.status, source.into, source.owner = "merged", target_id, customer
        self.lifetime(target)

    @rule(cart_id=carts, caller=customers, checkout=checkouts)
    def lock(self, cart_id: str, caller: str | None, checkout: str) -> None:
        kept = self.there(cart_id)
        call = lambda: self.repository.lock(cart_id, checkout_id=checkout, customer_id=caller)  # noqa: E731
        outcome = self.outcome(call)
        if kept is None or kept.status == "merged" or kept.owner not in (None, caller):
            assert outcome == "unknown"
        elif checkout in kept.released:
            assert outcome == "checkout-released"
        elif kept.status == "in-checkout":
            assert outcome == ("done" if kept.checkout == checkout else "cart-in-checkout")
        elif kept.status == "ordered":
            assert outcome == "cart-ordered"
        elif not kept.items:
            assert outcome == "cart-empty"
        else:
            assert outcome == "done"
            kept.status, kept.checkout = "in-checkout", checkout
            self.lifetime(kept)

    @rule(cart_id=carts, checkout=checkouts)
    def unlock(self, cart_id: str, checkout: str) -> None:
        kept = self.there(cart_id)
        outcome = self.outcome(lambda: self.repository.unlock(cart_id, checkout_id=checkout))
        if kept and kept.status == "ordered" and kept.checkout == checkout:
            assert outcome == "cart-ordered"
            return
        assert outcome == "done"
        self.model[cart_id].released.add(checkout)
        if kept and kept.status == "in-checkout" and kept.checkout == checkout:
            kept.status, kept.checkout = "open", None
            self.lifetime(kept)

    @rule(cart_id=carts, checkout=checkouts)
    def order(self, cart_id: str, checkout: str) -> None:
        kept = self.there(cart_id)
        news = self.repository.order(cart_id, order_id="order-1", checkout_id=checkout)
        assert news == (kept is not None and kept.status != "ordered")
        if kept and news:
            kept.status, kept.checkout = "ordered", checkout
            self.lifetime(kept)

    @rule(days=st.sampled_from([1, 29, 31]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def carts_are_what_the_model_says(self) -> None:
        for cart_id in self.model:
            kept, found = self.there(cart_id), self.repository.find(cart_id)
            assert (found is None) == (kept is None)
            if found and kept:
                assert (found.status, found.customer_id, found.checkout_id) == (kept.status, kept.owner, kept.checkout)
                assert (dict(found.items), list(found.coupons)) == (kept.items, kept.coupons)
                assert found.expires_at == kept.until


def test_carts_are_their_model(new_table: Callable[[Indexes], Table]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: CartMachine(new_table({})),
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
