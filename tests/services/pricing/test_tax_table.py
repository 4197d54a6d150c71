from __future__ import annotations

import eu_vat_rates_data
import pycountry
import pytest

from contracts.country import COUNTRIES
from pricing.tax import PARTS, UNTAXED, TaxRule
from pricing.tax_table import tax_rule


def test_value_added_tax_is_that_of_the_commissions_database() -> None:
    rates = {country: rate for country, rate in eu_vat_rates_data.dataset["rates"].items() if country in COUNTRIES}
    assert sum(rate["eu_member"] for rate in rates.values()) == 27
    for country, rate in rates.items():
        rule = tax_rule(country)
        if rate["eu_member"] or rule is not UNTAXED:
            assert rule == TaxRule(rate=round(rate["standard"] * PARTS / 100), included=True, on_shipping=True), country


@pytest.mark.parametrize("region", ["MN", "mn", "US-MN", "us-mn", "Minnesota", " minnesota "])
def test_a_state_is_known_by_code_or_name(region: str) -> None:
    assert tax_rule("US", region=region) == TaxRule(rate=68_750, included=False, on_shipping=True)


def test_every_state_has_a_rule_and_five_have_no_tax() -> None:
    states = [state for state in pycountry.subdivisions.get(country_code="US") if state.type in ("State", "District")]
    codes = sorted(state.code.removeprefix("US-") for state in states)
    assert all(tax_rule("US", region=state.name) == tax_rule("US", region=state.code) for state in states)
    rules = {code: tax_rule("US", region=code) for code in codes}
    assert UNTAXED not in [rule for code, rule in rules.items() if code not in ("AK", "DE", "MT", "NH", "OR")]
    assert [code for code, rule in rules.items() if rule.rate == 0] == ["AK", "DE", "MT", "NH", "OR"]
    assert all(20_000 <= rule.rate <= 80_000 for rule in rules.values() if rule.rate)


@pytest.mark.parametrize(
    ("country", "postal_code", "rate"),
    [
        ("ES", "28001", 210_000),
        ("ES", "35001", 0),
        ("ES", "38 400", 0),
        ("PT", "9000-081", 220_000),
        ("PT", "9500-119", 160_000),
        ("PT", "1000-001", 230_000),
        ("DE", "27498", 0),
        ("DE", "27499", 190_000),
        ("DE", None, 190_000),
    ],
)
def test_places_with_a_rate_of_their_own(country: str, postal_code: str | None, rate: int) -> None:
    assert tax_rule(country, postal_code=postal_code).rate == rate


@pytest.mark.parametrize(
    ("country", "region"), [("US", None), ("US", "Bavaria"), ("US", ""), ("JP", "Tokyo"), ("AQ", None)]
)
def test_an_unknown_destination_is_not_taxed(country: str, region: str | None) -> None:
    assert tax_rule(country, region=region) is UNTAXED
