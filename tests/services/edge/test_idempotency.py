from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import count
from typing import cast

import pytest
from aws_lambda_powertools.event_handler import Response

from edge import idempotency
from edge.application import HttpApplication
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.request import Request
from edge.response import json_response
from store.contention import until_written
from store.operations import ABSENT, Put
from store.table import Table
from tests.services.http_client import Answer, Client, HttpHandler

ROUTE = "POST /v1/things"


@pytest.fixture
def things(table: Table, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of a handler that makes a thing, numbered, for every request that has its effect."""
    monkeypatch.setenv("ROUTE_ACCESS", f'{{"{ROUTE}": "public"}}')
    handler = HttpApplication()
    number = count(1)

    @handler.post("/v1/things")
    def make(request: Request) -> Response[str]:
        body = request.json()
        key = idempotency_key(request, owner=request.query.get("owner", ""))

        def write(_attempt: int) -> Response[str]:
            if (earlier := earlier_answer(table, key)) is not None:
                return earlier
            thing = {"number": next(number), "body": body}
            answer = json_response(
                thing, status=HTTPStatus.CREATED, headers={"Location": f"/v1/things/{thing['number']}"}
            )
            item = {"pk": f"THING#{thing['number']}", "sk": "THING"}
            table.transact([Put(item=item, condition=ABSENT), *kept_answer(key, answer)])
            return answer

        return until_written(write, what="things")

    return Client(handlers=cast(Mapping[str, HttpHandler], {"POST": handler}), described=False)


Post = Callable[..., Answer]


@pytest.fixture
def post(things: Client) -> Post:
    def call(key: str | None, body: object = 1, owner: str = "") -> Answer:
        headers = {} if key is None else {"idempotency-key": key}
        return things.call("POST", "/v1/things", body=body, headers=headers, query={"owner": owner}, route=ROUTE)

    return call


def test_of_twenty_at_once_one_has_its_effect_and_all_get_its_answer(post: Post, table: Table) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post("k"), range(20)))
    number = answers[0].json["number"]
    assert {(answer.status, answer.headers["Location"], answer.text) for answer in answers} == {
        (201, f"/v1/things/{number}", answers[0].text)
    }
    made = [thing for thing in range(1, 21) if table.get(f"THING#{thing}", "THING")]
    assert made == [number]


def test_without_a_key_each_request_has_its_effect(post: Post) -> None:
    assert post(None).json["number"] != post(None).json["number"]


def test_a_key_with_another_body_is_refused(post: Post) -> None:
    post("k", {"a": 1})
    refused = post("k", {"a": 2})
    assert refused.status == 422
    assert refused.problem()["errors"] == [
        {"parameter": "Idempotency-Key", "code": "idempotency_key", "detail": "was used for another body"}
    ]


def test_a_key_is_its_owners_own(post: Post) -> None:
    assert post("k", owner="ada").json["number"] != post("k", owner="bob").json["number"]


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
def test_a_malformed_key_is_refused(post: Post, key: str) -> None:
    assert post(key).status == 422


def test_a_key_is_forgotten_after_a_day(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "RETENTION_SECONDS", -1)
    assert post("k").json["number"] != post("k", 2).json["number"]
