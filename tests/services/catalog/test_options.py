from __future__ import annotations

from itertools import product as combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.product_options import ProductOption, option_faults
from tests.services.http_client import Answer, Client, product

OPTIONS = [{"name": "colour", "values": ["blue", "red"]}, {"name": "size", "values": ["M", "L"]}]


def variant(sku: str, **options: str) -> dict[str, object]:
    return {"sku": sku, "options": options}


def put(catalog: Client, *variants: dict[str, object], options: list[dict[str, object]] | None = None) -> Answer:
    body = product(options=OPTIONS if options is None else options, variants=list(variants))
    return catalog.call("PUT", "/v1/products/boots", body=body)


def test_options_are_kept_with_the_variants_that_choose_from_them(catalog: Client) -> None:
    answer = put(catalog, variant("a", colour="blue", size="M"), variant("b", colour="blue", size="L"))
    assert answer.status == 201
    assert catalog.call("GET", "/v1/products/boots").json["options"] == OPTIONS


def test_without_options_variants_name_choices_as_they_like(catalog: Client) -> None:
    same = [variant("a", colour="blue"), variant("b", colour="blue"), variant("c")]
    assert put(catalog, *same, options=[]).status == 201
    assert put(catalog, *same, options=[]).headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        ([], "options need variants"),
        ([variant("a", colour="blue")], "variant 'a' has no value for option 'size'; allowed are 'M', 'L'"),
        ([variant("a", colour="pink", size="M")], "'a' has 'pink' for option 'colour'; allowed are 'blue', 'red'"),
        ([variant("a", colour="red", size="M", fit="slim")], "'a' has a value for 'fit', which is no option"),
        (
            [variant("a", colour="red", size="M"), variant("b", size="M", colour="red")],
            "variant 'b' is the same as variant 'a': 'red', 'M'",
        ),
    ],
)
def test_a_variant_that_chooses_wrongly_is_named(catalog: Client, variants: list[dict[str, object]], said: str) -> None:
    answer = put(catalog, *variants)
    assert answer.status == 422
    errors = answer.problem()["errors"]
    assert isinstance(errors, list)
    assert said in errors[0]["detail"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([{"name": "size", "values": ["M", "M"]}], "option 'size' has a value twice"),
        ([{"name": "size", "values": ["M"]}] * 2, "two options have the same name"),
    ],
)
def test_options_that_are_none_are_refused(catalog: Client, options: list[dict[str, object]], said: str) -> None:
    answer = put(catalog, variant("a", size="M"), options=options)
    assert answer.status == 422
    assert said in str(answer.problem()["errors"])


VALUES = st.lists(st.sampled_from("abcd"), min_size=1, unique=True).map(tuple)


@given(st.lists(VALUES, min_size=1, max_size=3), st.data())
def test_variants_are_right_exactly_when_each_is_another_combination(
    values: list[tuple[str, ...]], data: st.DataObject
) -> None:
    options = [ProductOption(name=f"option {number}", values=each) for number, each in enumerate(values)]
    allowed = [dict(zip((option.name for option in options), each, strict=True)) for each in combinations(*values)]
    other = st.dictionaries(
        st.sampled_from([*(option.name for option in options), "unknown"]), st.sampled_from("abcde")
    )
    chosen = data.draw(st.lists(st.sampled_from(allowed) | other, min_size=1, max_size=6))
    faults = list(option_faults(options, {f"sku-{number}": each for number, each in enumerate(chosen)}))
    right = all(each in allowed for each in chosen) and len({tuple(sorted(each.items())) for each in chosen}) == len(
        chosen
    )
    assert (faults == []) == right
