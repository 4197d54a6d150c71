from __future__ import annotations

import json

import jsonpointer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.product import ProductInput
from contracts.money import Money
from edge.problem import MAXIMUM_ERRORS, InputError, Problem
from edge.validation import json_pointer, validate
from tests.services.http_client import product

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = sorted(ProductInput.model_fields)


@given(st.lists(st.text(max_size=5), max_size=5))
def test_a_pointer_finds_its_place_again(path: list[str]) -> None:
    document: object = "here"
    for name in reversed(path):
        document = {name: document}
    assert jsonpointer.resolve_pointer(document, json_pointer(tuple(path))) == "here"


@given(st.dictionaries(st.sampled_from(fields) | st.text(max_size=6), json_values, max_size=4))
def test_a_faulty_body_is_told_by_pointers_into_it(changes: dict[str, object]) -> None:
    document = product(**changes)
    errors: tuple[InputError, ...] = ()
    try:
        validate(ProductInput, document)
    except Problem as problem:
        errors = problem.errors
        assert problem.status == 422, problem.detail  # noqa: PT017  # nothing is raised for a good body
    for error in errors:
        assert error.pointer is not None
        place = error.pointer.rpartition("/")[0] if error.code == "missing" else error.pointer
        jsonpointer.resolve_pointer(document, place)


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        ({"currency": "USD"}, "/amount", "missing"),
        ({"currency": "USD", "amount": 1, "a/b~c": 1}, "/a~1b~0c", "extra_forbidden"),
        ({"currency": "USD", "amount": "1"}, "/amount", "int_type"),
        ({"currency": "USD", "amount": 10**400}, "/amount", "less_than_equal"),
        ([], "", "model_type"),
        (None, "", "model_type"),
    ],
)
def test_each_fault_has_its_pointer(document: object, pointer: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        validate(Money, document)
    assert [(error.pointer, error.code) for error in raised.value.errors] == [(pointer, code)]


def test_a_bad_member_name_is_pointed_at_without_pydantics_note() -> None:
    with pytest.raises(Problem) as raised:
        validate(ProductInput, product(attributes={"": "empty"}))
    assert raised.value.errors[0].pointer == "/attributes/"


def test_a_flood_of_faults_is_cut() -> None:
    with pytest.raises(Problem) as raised:
        validate(ProductInput, product(**{f"unknown{number}": 1 for number in range(500)}))
    assert len(json.loads(raised.value.body())["errors"]) == MAXIMUM_ERRORS
