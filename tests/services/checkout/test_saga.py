from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout.checkout import Checkout
from checkout.refusal import RefusedError, refusal_of
from checkout.repository import CheckoutRepository
from contracts.checkout_events import CheckoutCompleted, CheckoutFailed
from service_client.errors import CallRefusedError
from store.table import Table
from tests.services.checkout.execution import ORDER, run
from tests.services.checkout.other_services import Lost, OtherServices
from tests.services.checkout.requests import checkout


def begun(repository: CheckoutRepository, **fields: object) -> Checkout:
    new = checkout(**fields)
    repository.begin(new)
    return new


def ended(repository: CheckoutRepository, begun: Checkout) -> Checkout:
    found = repository.find(begun.id)
    assert found is not None
    return found


def failure_of(checkout: Checkout) -> str:
    kind: str = json.loads(checkout.failure or "{}")["type"].rpartition(":")[2]
    return kind


def assert_nothing_is_left(others: OtherServices, begun: Checkout, *, stock: int = 1, coupons: int = 1) -> None:
    """Nothing is held, captured or used up."""
    assert others.locked_by is None
    assert others.stock == stock
    assert "held" not in others.reservations.values()
    assert others.payments.get(begun.id) in (None, "voided", "refunded", "declined")
    assert others.coupon_left == coupons
    assert others.orders.get(begun.order_id) in (None, "rejected")


def test_a_cart_becomes_an_order(running: CheckoutRepository, others: OtherServices) -> None:
    new = begun(running)
    assert run(new.id) == "completed"
    document = ended(running, new).document()
    assert (document["status"], document["order_id"]) == ("completed", new.order_id)
    assert document["total"] == {"currency": "USD", "amount": 2300}
    assert (others.stock, others.reservations[new.id], others.payments[new.id]) == (0, "committed", "captured")
    assert others.orders == {new.order_id: "confirmed"}


@pytest.mark.parametrize(
    ("others", "fields", "step", "kind"),
    [
        (OtherServices(locked_by="another"), {}, "validate", "cart-in-checkout"),
        (OtherServices(), {"shipping_option": "by-drone"}, "validate", "shipping-option-unavailable"),
        (OtherServices(coupon_left=0), {}, "price", "coupon-exhausted"),
        (OtherServices(refused_coupons=[{"code": "ten", "reason": "exhausted"}]), {}, "price", "coupon-refused"),
        (OtherServices(), {"expected_total": {"currency": "USD", "amount": 1}}, "price", "price-changed"),
        (OtherServices(stock=0), {}, "reserve", "insufficient-stock"),
        (OtherServices(card="declined"), {}, "authorize", "payment-declined"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_leaves_nothing_behind(
    running: CheckoutRepository, others: OtherServices, fields: dict[str, object], step: str, kind: str
) -> None:
    stock, coupons = others.stock, others.coupon_left
    new = begun(running, **fields)
    assert run(new.id) == step
    failed = ended(running, new)
    assert (failed.status, failure_of(failed)) == ("failed", kind)
    if others.locked_by == "another":
        others.locked_by = None
    assert_nothing_is_left(others, new, stock=stock, coupons=coupons)


@pytest.mark.parametrize(
    ("reason", "fields"),
    [("minimum-not-reached", {}), ("exhausted", {"expected_total": {"currency": "USD", "amount": 2300}})],
)
def test_a_coupon_that_gave_nothing_before_or_whose_loss_is_known_stops_nothing(
    running: CheckoutRepository, others: OtherServices, reason: str, fields: dict[str, object]
) -> None:
    others.refused_coupons = [{"code": "ten", "reason": reason}]
    assert run(begun(running, **fields).id) == "completed"


def test_a_price_that_pricing_has_not_heard_of_everywhere_is_no_other_price(
    running: CheckoutRepository, others: OtherServices
) -> None:
    others.unheard_price = others.price + 100
    new = begun(running, expected_total={"currency": "USD", "amount": others.price + 300})
    assert run(new.id) == "completed"
    assert ended(running, new).document()["total"] == {"currency": "USD", "amount": others.price + 300}


def test_who_expects_no_total_pays_what_pricing_says(running: CheckoutRepository, others: OtherServices) -> None:
    others.unheard_price = others.price + 100
    new = begun(running)
    assert run(new.id) == "completed"
    assert ended(running, new).document()["total"] == {"currency": "USD", "amount": others.price + 400}


def test_stock_given_to_somebody_else_in_the_end_gives_the_money_back(
    running: CheckoutRepository, others: OtherServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = begun(running)
    settle = others._settle

    def capture_slowly(body: object, payment: str, action: str) -> object:
        if action == "capture":
            others.reservations[payment] = "released"
        return settle(body, payment, action)

    monkeypatch.setattr(others, "_settle", capture_slowly)
    assert run(new.id) == "confirm"
    assert others.payments[new.id] == "refunded"
    assert failure_of(ended(running, new)) == "reservation-released"
    assert_nothing_is_left(others, new)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    losses=st.dictionaries(st.integers(1, 40), st.sampled_from(get_args(Lost)), max_size=25),
    stock=st.integers(0, 2),
    card=st.sampled_from(["authorized", "declined"]),
    coupons=st.integers(0, 2),
)
def test_whatever_is_lost_on_the_way_all_of_it_happens_or_nothing(
    running: CheckoutRepository,
    others: OtherServices,
    losses: dict[int, Lost],
    stock: int,
    card: str,
    coupons: int,
) -> None:
    others.__init__(losses=losses, stock=stock, card=card, coupon_left=coupons)  # type: ignore[misc]
    new = begun(running)
    outcome = run(new.id)
    if outcome == "completed":
        assert (others.stock, others.payments[new.id]) == (stock - 1, "captured")
        assert (others.orders[new.order_id], others.coupon_left) == ("confirmed", coupons - 1)
        assert ended(running, new).status == "completed"
    else:
        assert outcome in ORDER
        assert ended(running, new).status == "failed"
        assert_nothing_is_left(others, new, stock=stock, coupons=coupons)


def test_handlers_may_run_twice_and_the_end_is_told_once(
    table: Table, running: CheckoutRepository, others: OtherServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    transact = table.transact

    def watched(operations: object, *, token: str | None = None) -> None:
        transact(operations, token=token)  # type: ignore[arg-type]
        told.extend(
            json.loads(str(operation.item["outbox_event"]))["detail_type"]
            for operation in operations  # type: ignore[attr-defined]
            if "outbox_event" in getattr(operation, "item", {})
        )

    monkeypatch.setattr(table, "transact", watched)
    new = begun(running)
    assert run(new.id, twice=True) == "completed"
    assert told == [CheckoutCompleted.detail_type]
    failing = begun(running)
    others.locked_by = None
    assert run(failing.id, twice=True) == "price"
    assert told == [CheckoutCompleted.detail_type, CheckoutFailed.detail_type]


@pytest.mark.parametrize(("status", "kind"), [(404, "about:blank"), (404, "unknown"), (403, "forbidden"), (400, "x")])
def test_a_service_that_is_not_there_is_no_refusal(
    running: CheckoutRepository, others: OtherServices, monkeypatch: pytest.MonkeyPatch, status: int, kind: str
) -> None:
    def refuse(*_: object) -> object:
        raise CallRefusedError("PUT /v1/reservations/{id}", status, kind, "")

    monkeypatch.setattr(others, "_reserve", refuse)
    new = begun(running)
    with pytest.raises(CallRefusedError):
        run(new.id)


@pytest.mark.parametrize(
    ("failure", "waiting_for", "kind"),
    [
        ({"Error": "RefusedError", "Cause": str(RefusedError("sold-out", "gone"))}, None, "sold-out"),
        (
            {"Error": "RefusedError", "Cause": json.dumps({"errorMessage": str(RefusedError("sold-out", "gone"))})},
            "payment",
            "sold-out",
        ),
        ({"Error": "RefusedError", "Cause": "?"}, None, "checkout-failed"),
        ({"Error": "RefusedError", "Cause": str(RefusedError("about:blank", "no route"))}, None, "checkout-failed"),
        ({"Error": "RefusedError", "Cause": '{"kind": 1, "detail": ""}'}, None, "checkout-failed"),
        ({"Error": "States.Timeout", "Cause": ""}, "payment", "payment-timeout"),
        ({"Error": "States.Timeout", "Cause": ""}, "review", "review-timeout"),
        ({"Error": "States.Timeout", "Cause": ""}, None, "checkout-failed"),
        ({"Error": "Lambda.Unknown", "Cause": "x"}, None, "checkout-failed"),
    ],
)
def test_why_an_execution_failed_is_told_in_the_customers_words(
    failure: dict[str, str], waiting_for: str | None, kind: str
) -> None:
    assert refusal_of(failure["Error"], failure["Cause"], waiting_for=waiting_for).kind == kind
