from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.customers.conftest import Caller
from tests.services.key_server import KeyServer

ME = "/v1/customers/me"


def test_a_profile_is_there_once_it_was_put(ada: Caller) -> None:
    assert ada("GET", ME).status == 404
    made = ada("PUT", ME, {"name": "Ada Lovelace", "language": "en-GB", "email": "ada@work.example"})
    assert (made.status, made.headers["Location"], made.headers["ETag"]) == (201, ME, '"1"')
    read = ada("GET", ME)
    assert read.json == {
        "id": "id-of-ada",
        "name": "Ada Lovelace",
        "language": "en-GB",
        "email": "ada@work.example",
    }
    assert read.headers["Cache-Control"] == "private, no-cache"
    assert ada("GET", ME, headers={"If-None-Match": '"1"'}).status == 304


def test_what_was_read_can_be_sent_back_and_changes_nothing(ada: Caller) -> None:
    ada("PUT", ME, {"name": "Ada"})
    again = ada("PUT", ME, ada("GET", ME).json)
    assert (again.status, again.headers["ETag"]) == (200, '"1"')


def test_without_an_email_the_one_that_the_pool_has_proven_is_taken(ada: Caller, bob: Caller) -> None:
    assert ada("PUT", ME, {}).json["email"] == "ada@example.com"
    assert bob("PUT", ME, {}).json["email"] is None


def test_a_token_that_the_pool_no_longer_takes_is_refused_where_the_pool_is_asked(
    ada: Caller, issuer: KeyServer
) -> None:
    del issuer.users["ada"]
    assert ada("PUT", ME, {}).problem()["status"] == 401


def test_a_pool_that_does_not_answer_is_503(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    ada("PUT", ME, {"email": "ada@example.com"})  # so that the keys are known
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDP", "http://127.0.0.1:9")
    answer = ada("PUT", ME, {})
    assert (answer.status, "Retry-After" in answer.headers) == (503, True)


def test_nobody_sees_another_ones(ada: Caller, bob: Caller) -> None:
    ada("PUT", ME, {"name": "Ada"})
    assert bob("GET", ME).status == 404


def test_nobodys_change_is_lost(ada: Caller) -> None:
    ada("PUT", ME, {"name": "Ada"})
    assert ada("PUT", ME, {"name": "A."}, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    assert ada("PUT", ME, {"name": "L."}, headers={"If-Match": '"1"'}).problem()["status"] == 412
    assert ada("PUT", ME, {"name": "L."}, headers={"If-None-Match": "*"}).problem()["status"] == 412


def test_of_writers_at_once_each_is_counted(ada: Caller) -> None:
    ada("PUT", ME, {"name": "0", "email": "ada@example.com"})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: ada("PUT", ME, {"name": f"{n}", "email": "ada@example.com"}), range(1, 9)))
    assert {answer.status for answer in answers} == {200}
    assert ada("GET", ME).headers["ETag"] == '"9"'


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": " \t"}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": 1}, "/name"),
        ({"language": "english please"}, "/language"),
        ({"email": "ada"}, "/email"),
        ({"nickname": "a"}, "/nickname"),
        ([], ""),
    ],
)
def test_what_is_wrong_is_told(ada: Caller, body: object, pointer: str) -> None:
    found = ada("PUT", ME, body).problem()
    assert (found["status"], found["errors"][0]["pointer"]) == (422, pointer)  # type: ignore[index]


def test_without_a_token_nothing_is_told(service: Caller) -> None:
    assert service("GET", ME).problem()["status"] == 401
