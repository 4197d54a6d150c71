from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.promotion import Conditions, Promotion, Threshold
from pricing.promotion_document import document_of, promotion_of
from pricing.promotion_input import PromotionInput
from tests.services.http_client import Client
from tests.services.key_server import KeyServer
from tests.services.pricing.calls import TENTH, get_promotion, put_promotion, usd
from tests.services.pricing.orders import CATEGORIES, effects


def test_what_was_written_can_be_read_changed_and_sent_back(merchant: Client) -> None:
    assert get_promotion(merchant, "TENTH").status == 404
    written = put_promotion(merchant, "tenth")
    assert (written.status, written.headers["ETag"]) == (201, '"1"')
    assert written.headers["Location"] == "/v1/promotions/TENTH"
    read = get_promotion(merchant, "Tenth")
    assert read.json == written.json
    assert (read.json["code"], read.json["automatic"], read.json["limit"]) == ("TENTH", False, None)
    assert get_promotion(merchant, "TENTH", headers={"if-none-match": '"1"'}).status == 304
    again = put_promotion(merchant, "TENTH", read.json)
    assert (again.status, again.headers["ETag"]) == (200, '"1"')
    changed = put_promotion(merchant, "TENTH", {**read.json, "enabled": False}, headers={"if-match": '"1"'})
    assert (changed.status, changed.headers["ETag"], changed.json["enabled"]) == (200, '"2"', False)
    assert put_promotion(merchant, "TENTH", read.json, headers={"if-match": '"1"'}).status == 412


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": "a\nb"}, "/title"),
        ({"effect": {"type": "percentage", "basis_points": 0}}, "/effect/basis_points"),
        ({"effect": {"type": "percentage", "basis_points": 10_001}}, "/effect/basis_points"),
        ({"effect": {"type": "amount", "amount": usd(0)}}, "/effect/amount"),
        ({"effect": {"type": "buy_get", "buy": 0, "get": 1}}, "/effect/buy"),
        ({"effect": {"type": "magic"}}, "/effect"),
        ({"effect": {"type": "free_shipping", "x": 1}}, "/effect/x"),
        ({"limit": 0}, "/limit"),
        ({"priority": 1001}, "/priority"),
        ({"conditions": {"skus": ["a b"]}}, "/conditions/skus/0"),
        ({"conditions": {"starts_at": "2026-11-26T12:00:00"}}, "/conditions/starts_at"),
        ({"conditions": {"starts_at": "2026-11-26T12:00:00Z", "ends_at": "2026-11-26T12:00:00Z"}}, "/conditions"),
        ({"conditions": {"minimum": usd(1), "currency": "EUR"}}, ""),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_what_could_not_apply_is_refused(merchant: Client, change: dict[str, object], pointer: str) -> None:
    answer = put_promotion(merchant, "TENTH", {**TENTH, **change})
    assert answer.status == 422
    errors = answer.problem()["errors"]
    assert pointer in [error["pointer"] for error in errors]  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ["%", "a b", "\x00", "é", "x" * 65, "-a"])
def test_a_code_that_cannot_be_is_refused(merchant: Client, code: str) -> None:
    assert get_promotion(merchant, code).status == 404
    assert put_promotion(merchant, code).status in (404, 422)


def test_promotions_are_for_merchants_of_pricing(merchant: Client, issuer: KeyServer) -> None:
    for token, status in ((None, 401), (issuer.token("catalog/write"), 403)):
        stranger = replace(merchant, token=token)
        assert put_promotion(stranger, "TENTH").status == status
        assert get_promotion(stranger, "TENTH").status == status
        assert stranger.call("GET", "/v1/promotions", route="GET /v1/promotions").status == status


def test_a_list_has_every_promotion_once_in_the_order_of_codes(merchant: Client) -> None:
    codes = [f"CODE-{number}" for number in range(5)]
    for code in reversed(codes):
        put_promotion(merchant, code)
    found: list[object] = []
    cursor: object = ""
    while cursor is not None:
        query = {"limit": "2", **({"cursor": str(cursor)} if cursor else {})}
        page = merchant.call("GET", "/v1/promotions", query=query, route="GET /v1/promotions").json
        found += [item["code"] for item in page["items"]]  # type: ignore[attr-defined]
        cursor = page["next"]
    assert found == codes
    refused = merchant.call("GET", "/v1/promotions", query={"cursor": "x"}, route="GET /v1/promotions")
    assert refused.status == 422


times = st.none() | st.datetimes(timezones=st.timezones())


@given(effects, st.frozensets(st.sampled_from(CATEGORIES)), times, st.none() | st.integers(1, 10), st.booleans())
def test_a_promotion_survives_the_table_and_the_merchant(
    effect: object, categories: frozenset[str], starts_at: object, limit: int | None, automatic: bool
) -> None:
    conditions = Conditions(
        categories=categories,
        minimum=Threshold(currency="USD", amount=5),
        currency="USD",
        starts_at=starts_at,  # type: ignore[arg-type]
    )
    promotion = Promotion(
        code="A", title="A", effect=effect, conditions=conditions, limit=limit, automatic=automatic, version=7  # type: ignore[arg-type]
    )  # fmt: skip
    document = document_of(promotion)
    assert promotion_of(document, version=7) == promotion
    assert replace(PromotionInput.model_validate(document, extra="forbid").promotion("A"), version=7) == promotion
