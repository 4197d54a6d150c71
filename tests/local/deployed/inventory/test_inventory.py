"""The inventory over HTTP: the same promises on functions, on containers, and on functions again.

No test here knows what the inventory runs on.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import service_logs
from local.aws import LocalAws
from tests.local.deployed.storefront import Storefront, assert_problem, product

OF_ONE_ANSWER = {"apigw-requestid", "date", "x-amzn-requestid", "x-correlation-id"}
"""Headers that differ from answer to answer."""


def test_stock_that_was_set_is_read(storefront: Storefront) -> None:
    sku = storefront.new_id("sku")
    path = f"/v1/inventory/{sku}"

    written = storefront.merchant.put(path, json={"on_hand": 20})
    read = storefront.visitor.get(path)

    assert (written.status_code, written.headers["etag"]) == (HTTPStatus.OK, '"1"')
    assert (read.status_code, read.headers["etag"]) == (HTTPStatus.OK, '"1"')
    assert read.json() == written.json() == {"sku": sku, "on_hand": 20, "reserved": 0, "available": 20}


def test_a_reader_that_has_the_current_version_gets_no_body(storefront: Storefront, stocked: str) -> None:
    again = storefront.visitor.get(stocked, headers={"If-None-Match": '"1"'})

    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_setting_the_same_twice_changes_nothing(storefront: Storefront, stocked: str) -> None:
    tags = [storefront.merchant.put(stocked, json={"on_hand": on_hand}).headers["etag"] for on_hand in (20, 21, 21)]

    assert tags == ['"1"', '"2"', '"2"']


def test_of_two_counters_with_the_same_version_one_wins_and_one_is_told(storefront: Storefront, stocked: str) -> None:
    def count(on_hand: int) -> int:
        return storefront.merchant.put(stocked, json={"on_hand": on_hand}, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(max_workers=8) as counters:
        answers = sorted(counters.map(count, range(30, 38)))

    assert answers == [HTTPStatus.OK] + [HTTPStatus.PRECONDITION_FAILED] * 7


def test_every_variant_of_a_published_product_has_stock(storefront: Storefront) -> None:
    skus = [storefront.new_id("sku") for _ in range(3)]
    storefront.publish(product(variants=[{"sku": sku} for sku in skus]))

    for sku in skus:
        storefront.eventually(lambda sku=sku: storefront.visitor.get(f"/v1/inventory/{sku}").is_success)
        stock = storefront.visitor.get(f"/v1/inventory/{sku}").json()
        assert stock == {"sku": sku, "on_hand": 0, "reserved": 0, "available": 0}


def test_stock_that_a_merchant_set_survives_the_product_being_published_again(storefront: Storefront) -> None:
    written = storefront.publish(product())
    path = f"/v1/inventory/{written['id']}"
    storefront.eventually(lambda: storefront.visitor.get(path).is_success)
    storefront.merchant.put(path, json={"on_hand": 20}).raise_for_status()

    # The second event has come when a new variant has stock.
    added = storefront.new_id("sku")
    storefront.publish(product(id=written["id"], variants=[{"sku": written["id"]}, {"sku": added}]))
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{added}").is_success)

    assert storefront.visitor.get(path).json()["on_hand"] == 20


def test_without_a_token_a_write_is_401(storefront: Storefront, stocked: str) -> None:
    refused = storefront.visitor.put(stocked, json={"on_hand": 1})

    assert_problem(refused, HTTPStatus.UNAUTHORIZED)
    assert refused.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzY29wZSI6ImludmVudG9yeS93cml0ZSJ9."])
def test_a_forged_token_is_401(storefront: Storefront, stocked: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    assert_problem(storefront.visitor.put(stocked, json={"on_hand": 1}, headers=headers), HTTPStatus.UNAUTHORIZED)


def test_a_customer_s_token_is_403(storefront: Storefront, stocked: str) -> None:
    assert_problem(storefront.customer.put(stocked, json={"on_hand": 1}), HTTPStatus.FORBIDDEN)
    assert storefront.visitor.get(stocked).json()["on_hand"] == 20


@pytest.mark.parametrize("sku", ["never-counted", "-", "%20", "a%2Fb", "%F0%9F%AB%96", "x" * 65])
def test_a_sku_without_stock_is_404(storefront: Storefront, sku: str) -> None:
    assert_problem(storefront.visitor.get(f"/v1/inventory/{sku}"), HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_what_the_inventory_does_not_offer_is_404(storefront: Storefront, stocked: str, method: str) -> None:
    assert_problem(storefront.merchant.request(method, stocked, json={"on_hand": 1}), HTTPStatus.NOT_FOUND)


def test_less_than_is_reserved_is_409(storefront: Storefront, stocked: str) -> None:
    sku = stocked.rpartition("/")[2]
    storefront.aws("dynamodb").update_item(
        TableName=storefront.physical_id("Inventory", "AWS::DynamoDB::GlobalTable", "Inventory"),
        Key={"pk": {"S": f"SKU#{sku}"}, "sk": {"S": "STOCK"}},
        UpdateExpression="SET reserved = :four",
        ExpressionAttributeValues={":four": {"N": "4"}},
    )

    problem = assert_problem(storefront.merchant.put(stocked, json={"on_hand": 3}), HTTPStatus.CONFLICT)

    assert f"4 of {sku} are reserved" in problem["detail"]
    assert storefront.merchant.put(stocked, json={"on_hand": 4}).json()["available"] == 0


@pytest.mark.parametrize("condition", [{"If-Match": '"9"'}, {"If-Match": 'W/"1"'}, {"If-None-Match": "*"}])
def test_an_outdated_version_is_412(storefront: Storefront, stocked: str, condition: dict[str, str]) -> None:
    stale = storefront.merchant.put(stocked, json={"on_hand": 1}, headers=condition)

    assert_problem(stale, HTTPStatus.PRECONDITION_FAILED)
    assert storefront.visitor.get(stocked).json()["on_hand"] == 20


def test_a_condition_that_is_none_is_400(storefront: Storefront, stocked: str) -> None:
    refused = storefront.merchant.put(stocked, json={"on_hand": 1}, headers={"If-Match": "one"})

    assert_problem(refused, HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/on_hand"),
        ({"on_hand": -1}, "/on_hand"),
        ({"on_hand": "1"}, "/on_hand"),
        ({"on_hand": 1_000_000_001}, "/on_hand"),
        ({"on_hand": 1, "colour": "red"}, "/colour"),
        ([], ""),
    ],
)
def test_an_invalid_body_is_422_with_a_pointer(
    storefront: Storefront, stocked: str, body: object, pointer: str
) -> None:
    problem = assert_problem(storefront.merchant.put(stocked, json=body), HTTPStatus.UNPROCESSABLE_ENTITY)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b'{"on_hand": ', "application/json", HTTPStatus.BAD_REQUEST),
        (b"\xff\xfe", "application/json", HTTPStatus.BAD_REQUEST),
        (b"on_hand=1", "application/x-www-form-urlencoded", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    storefront: Storefront, stocked: str, content: bytes, content_type: str, status: HTTPStatus
) -> None:
    refused = storefront.merchant.put(stocked, content=content, headers={"Content-Type": content_type})

    assert_problem(refused, status)


def test_every_answer_is_that_of_the_compute_before(storefront: Storefront, before: dict[str, Any]) -> None:
    path, merchant = "/v1/inventory/answers", storefront.merchant
    merchant.put(path, json={"on_hand": 0}).raise_for_status()
    tag = storefront.visitor.get(path).headers["etag"]
    given = [
        storefront.visitor.get(path),
        storefront.visitor.get(path, headers={"If-None-Match": tag}),
        storefront.visitor.get("/v1/inventory/never-counted"),
        storefront.visitor.put(path, json={"on_hand": 1}),
        storefront.customer.put(path, json={"on_hand": 1}),
        merchant.put(path, json={"on_hand": 0}),
        merchant.put(path, json={"on_hand": -1}),
        merchant.put(path, json={"on_hand": 1}, headers={"If-Match": '"none"'}),
        merchant.put(path, content=b"{", headers={"Content-Type": "application/json"}),
        merchant.delete(path),
    ]
    answers = [
        (answer.status_code, answer.text, sorted((n, v) for n, v in answer.headers.items() if n not in OF_ONE_ANSWER))
        for answer in given
    ]

    assert answers == before.setdefault("answers", answers)


def test_a_request_is_found_in_the_logs_by_its_correlation_id(storefront: Storefront, stocked: str) -> None:
    mine = storefront.new_id("correlation")
    answer = storefront.visitor.get(stocked, headers={"X-Correlation-Id": mine})
    aws = LocalAws(storefront.endpoint)

    def logged() -> list[str]:
        return [line.plain for line in service_logs.lines(aws, "inventory", follow=False) if mine in line.plain]

    assert answer.headers["x-correlation-id"] == mine
    storefront.eventually(logged)
    (line,) = logged()
    assert "request answered" in line
    assert "route=GET /v1/inventory/{sku}" in line


def test_no_role_of_the_service_reads_a_foreign_table_or_the_whole_of_its_own(storefront: Storefront) -> None:
    own, foreign = (
        storefront.physical_id(stack, "AWS::DynamoDB::GlobalTable", stack) for stack in ("Inventory", "Catalog")
    )
    key = {"pk": {"S": "any"}, "sk": {"S": "any"}}
    reading = 0
    for role in storefront.physical_ids("Inventory", "AWS::IAM::Role"):
        with storefront.as_role("dynamodb", role) as dynamodb:
            reading += is_allowed(lambda: dynamodb.get_item(TableName=own, Key=key))
            assert not is_allowed(lambda: dynamodb.get_item(TableName=foreign, Key=key)), role
            assert not is_allowed(lambda: dynamodb.scan(TableName=own)), role
    assert reading


def is_allowed(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return False
    return True
