"""What follows from the kind of an operation, so that nobody has to say it."""

from http import HTTPStatus
from typing import Any, Literal

import pytest

from api_description.access import Access
from api_description.openapi import openapi
from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.problem_kinds import conflict, not_found
from contracts.model import Contract

TAG = Tag("Things", "What there is.")
PUBLIC = Access("public")


class Thing(Contract):
    """A thing.

    Attributes:
        name: what it is called.
    """

    name: str


def operation(key: str = "GET /v1/things", **said: Any) -> Operation:
    answers = [Answer(HTTPStatus.OK, "The thing.", Thing, example={"name": "one"})]
    return Operation(key, **{"id": "getThing", "tag": TAG, "summary": "Read", "answers": answers, **said})


def statuses(described: Operation, access: Access = PUBLIC) -> set[int]:
    return {int(status) for status in described.problem_kinds(access)} - {500, 503}


def test_nothing_can_go_wrong_with_a_read_of_everybodys() -> None:
    assert statuses(operation()) == set()


def test_a_parameter_of_the_path_may_name_nothing_and_be_refused_in_a_write() -> None:
    assert statuses(operation("GET /v1/things/{id}")) == {404}
    assert statuses(operation("DELETE /v1/things/{id}")) == {404, 422}


def test_a_body_can_be_unreadable_too_large_of_another_type_and_invalid() -> None:
    assert statuses(operation("POST /v1/things", body=Body(Thing, example={"name": "one"}))) == {400, 413, 415, 422}


@pytest.mark.parametrize(("safe", "expected"), [("cached", {400}), ("conditional", {400, 412})])
def test_conditions_may_be_unreadable_or_not_hold(safe: Literal["cached", "conditional"], expected: set[int]) -> None:
    assert statuses(operation(safe=safe)) == expected


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ("scopes things/write", {401, 403}),
        ("customer", {401, 403}),
        ("capability", {401}),
        ("signed", set()),
        ("iam", set()),
    ],
)
def test_tokens_are_refused_where_they_have_a_say(access: str, expected: set[int]) -> None:
    assert statuses(operation(), Access.parse(access)) == expected


@pytest.mark.parametrize(
    ("access", "security"),
    [
        ("public", []),
        ("capability things/write", [{}, {"customer": []}, {"merchant": ["things/write"]}]),
        ("customer things/read", [{"customer": []}, {"merchant": ["things/read"]}]),
        ("scopes things/read things/write", [{"merchant": ["things/read"]}, {"merchant": ["things/write"]}]),
        ("iam", [{"service": []}]),
    ],
)
def test_security_is_who_may_call(access: str, security: list[object]) -> None:
    document: Any = openapi([operation()], {"GET /v1/things": Access.parse(access)})

    assert document["paths"]["/v1/things"]["get"]["security"] == security
    assert set(document["components"]["securitySchemes"]) == {
        name for way in Access.parse(access).requirements() for name in way
    }


def test_what_an_operation_says_comes_before_what_follows() -> None:
    own = not_found("there is no thing 'one'")
    (said,) = operation("GET /v1/things/{id}", problems=[own]).problem_kinds(PUBLIC)[HTTPStatus.NOT_FOUND]

    assert said is own


def test_kinds_of_one_status_stand_beside_each_other() -> None:
    problems = [conflict("thing-taken", "it is taken"), conflict("thing-gone", "it is gone")]
    document: Any = openapi([operation(problems=problems)], {"GET /v1/things": PUBLIC})

    problem = document["paths"]["/v1/things"]["get"]["responses"]["409"]["content"]["application/problem+json"]
    assert problem["examples"].keys() == {"thing-taken", "thing-gone"}
    assert problem["schema"]["allOf"][1]["properties"]["type"]["enum"] == [
        "urn:problem-type:storefront:thing-taken",
        "urn:problem-type:storefront:thing-gone",
    ]


def test_a_parameter_that_the_path_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="has no parameter name in its path"):
        _ = operation("GET /v1/things/{id}", path=[Parameter("name", str, "", example="one")]).path_parameters


def test_who_may_call_must_be_known() -> None:
    with pytest.raises(KeyError):
        openapi([operation()], {})
