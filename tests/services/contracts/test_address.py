from __future__ import annotations

import pycountry
import pytest
from pydantic import ValidationError

from contracts.address import Address, Destination
from contracts.country import COUNTRIES

HOME = {"name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London", "country": "GB"}


def test_countries_are_those_of_the_standard() -> None:
    assert {country.alpha_2 for country in pycountry.countries} == COUNTRIES


def test_an_address_needs_no_more_than_every_country_has() -> None:
    assert Address.model_validate(HOME).destination() == Destination(country="GB")


def test_an_address_in_any_script_survives_json() -> None:
    written = {**HOME, "name": "山田 太郎", "line2": "نامه\u200cبر", "region": "東京都", "postal_code": "100-0001"}
    address = Address.model_validate({**written, "country": "JP"})
    assert Address.model_validate_json(address.model_dump_json()) == address
    assert address.destination() == Destination(country="JP", region="東京都", postal_code="100-0001")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "UK"),
        ("country", "us"),
        ("country", "USA"),
        ("name", " "),
        ("line1", "a\nb"),
        ("line1", "a\x85"),
        ("city", "x" * 201),
        ("city", ""),
        ("region", "\t"),
        ("postal_code", "-"),
        ("postal_code", "1" * 21),
        ("postal_code", "12345\n"),
        ("postal_code", "\uff11\uff12"),
        ("line2", 5),
    ],
)
def test_what_no_parcel_can_carry_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Address.model_validate({**HOME, field: value})
