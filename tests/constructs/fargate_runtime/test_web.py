"""Handlers behind HTTP: a real server process, called as a gateway calls it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.constructs.fargate_runtime.runtime_process import RuntimeProcess

ROUTES = {
    "GET /v1/items/{id}": "shop.api.handler",
    "GET /v1/items/count": "shop.api.handler",
    "POST /v1/items": "shop.api.handler",
    "GET /v1/files/{path+}": "shop.api.handler",
    "GET /v1/do/{action}": "shop.api.handler",
    "GET /v1/who": "shop.mixed.handler",
    "GET /v1/me": "shop.api.handler",
}
GATEWAY = {
    "x-gateway-request-id": "request-1",
    "x-gateway-source-ip": "203.0.113.7",
    "x-gateway-domain-name": "api.example",
    "x-gateway-api-id": "a1b2c3",
    "x-gateway-account-id": "111122223333",
    "x-gateway-stage": "$default",
}


@pytest.fixture(scope="module")
def web(context_folder: Path) -> Iterator[RuntimeProcess]:
    process = RuntimeProcess(
        context_folder,
        "web",
        {
            "ROUTES": json.dumps(ROUTES),
            "JWT_ROUTES": '["GET /v1/me"]',
            "CONCURRENCY": "3",
            "TIMEOUT_SECONDS": "1.5",
            "SERVICE_NAME": "shop",
            "MEMORY_MIB": "1024",
            "AWS_REGION": "eu-west-1",
        },
    ).wait_until_healthy()
    yield process
    process.stop()


@pytest.fixture
def client(web: RuntimeProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=web.url, headers=GATEWAY, timeout=10) as client:
        yield client


def echoed(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def test_a_handler_gets_the_event_that_api_gateway_makes(client: httpx.Client) -> None:
    response = client.get(
        "/v1/items/a%20b%252F?tag=x&tag=y&empty=",
        headers=[("cookie", "session=1; theme=dark"), ("x-repeated", "1"), ("x-repeated", "2"), ("user-agent", "test")],
    )
    event = echoed(response)["event"]

    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /v1/items/{id}"
    assert event["rawPath"] == "/v1/items/a b%252F"
    assert event["rawQueryString"] == "tag=x&tag=y&empty="
    assert event["queryStringParameters"] == {"tag": "x,y", "empty": ""}
    assert event["pathParameters"] == {"id": "a b%2F"}
    assert event["cookies"] == ["session=1", "theme=dark"]
    assert event["headers"]["x-repeated"] == "1,2"
    assert event["isBase64Encoded"] is False
    assert "body" not in event
    context = event["requestContext"]
    assert context["requestId"] == "request-1"
    assert context["accountId"] == "111122223333"
    assert context["apiId"] == "a1b2c3"
    assert context["domainName"] == "api.example"
    assert context["stage"] == "$default"
    assert context["routeKey"] == "GET /v1/items/{id}"
    assert context["http"] == {
        "method": "GET",
        "path": "/v1/items/a b%252F",
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
        "userAgent": "test",
    }
    assert not [name for name in event["headers"] if name.startswith("x-gateway-") or name == "cookie"]


def test_a_handler_gets_the_context_that_lambda_gives(client: httpx.Client) -> None:
    context = echoed(client.get("/v1/items/1"))["context"]

    assert 0 < context.pop("remaining") <= 1500
    assert context == {
        "aws_request_id": "request-1",
        "function_name": "shop",
        "memory_limit_in_mb": "1024",
        "arn": "arn:aws:lambda:eu-west-1:000000000000:function:shop",
    }


@pytest.mark.parametrize(
    ("path", "route_key"),
    [
        ("/v1/items/count", "GET /v1/items/count"),
        ("/v1/items/7", "GET /v1/items/{id}"),
        ("/v1/files/a/b/c.txt", "GET /v1/files/{path+}"),
    ],
)
def test_the_most_specific_route_is_taken(client: httpx.Client, path: str, route_key: str) -> None:
    assert echoed(client.get(path))["event"]["routeKey"] == route_key


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/nothing"), ("DELETE", "/v1/items/7"), ("GET", "/v1/items/7/")]
)
def test_what_no_route_matches_is_not_found(client: httpx.Client, method: str, path: str) -> None:
    response = client.request(method, path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == 404


def test_text_arrives_as_text_and_anything_else_as_base64(client: httpx.Client) -> None:
    text = echoed(client.post("/v1/items", content='{"a":"ä"}', headers={"content-type": "application/json; x=y"}))
    form = echoed(client.post("/v1/items", data={"a": "1"}))
    binary = echoed(client.post("/v1/items", content=b"\xff\x00", headers={"content-type": "image/png"}))

    assert (text["event"]["body"], text["event"]["isBase64Encoded"]) == ('{"a":"ä"}', False)
    assert (form["event"]["body"], form["event"]["isBase64Encoded"]) == (base64.b64encode(b"a=1").decode(), True)
    assert base64.b64decode(binary["event"]["body"]) == b"\xff\x00"


def test_cookies_headers_status_and_binary_bodies_come_back(client: httpx.Client) -> None:
    cookies = client.get("/v1/do/cookies")
    binary = client.get("/v1/do/binary")

    assert cookies.status_code == 201
    assert cookies.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert cookies.headers["x-one"] == "1"
    assert (binary.content, binary.headers["content-type"]) == (b"\x00\x01\xff", "image/png")


@pytest.mark.parametrize("action", ["raise", "unserializable", "exit"])
def test_a_handler_that_fails_is_a_500_that_tells_nothing_and_the_next_call_works(
    client: httpx.Client, web: RuntimeProcess, action: str
) -> None:
    response = client.get(f"/v1/do/{action}")

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text
    for _ in range(4):
        assert client.get("/v1/items/1").status_code == 200
    if action == "raise":
        assert "ValueError: the secret reason" in web.said


def test_a_handler_that_takes_too_long_is_a_504_and_its_process_is_replaced(client: httpx.Client) -> None:
    assert client.get("/v1/do/sleep?seconds=20").status_code == 504
    for _ in range(4):
        assert client.get("/v1/items/1").status_code == 200


def test_a_handler_is_alone_in_its_process(client: httpx.Client) -> None:
    with ThreadPoolExecutor(12) as threads:
        callers = [f"caller-{number}" for number in range(48)]
        answers = threads.map(lambda caller: client.get("/v1/who", params={"caller": caller}), callers)
        assert [answer.json()["caller"] for answer in answers] == callers


def test_who_waits_too_long_for_a_free_process_is_told_to_come_again(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        slow = list(threads.map(lambda _: client.get("/v1/do/sleep?seconds=1.2"), range(8)))
    busy = [response for response in slow if response.status_code == 503]
    assert busy
    assert busy[0].headers["retry-after"] == "1"


def test_a_body_above_the_gateways_limit_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/items", content=b"x" * (10 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_the_claims_of_a_token_that_the_gateway_verified_are_handed_over(client: httpx.Client) -> None:
    payload = base64.urlsafe_b64encode(
        json.dumps({"sub": "u", "scope": "a b", "admin": True, "g": ["x", "y"]}).encode()
    )
    token = f"e30.{payload.decode().rstrip('=')}.sig"
    me = echoed(client.get("/v1/me", headers={"authorization": f"Bearer {token}"}))["event"]["requestContext"]
    other = echoed(client.get("/v1/items/1", headers={"authorization": f"Bearer {token}"}))["event"]["requestContext"]
    unreadable = echoed(client.get("/v1/me", headers={"authorization": "Bearer nonsense"}))["event"]["requestContext"]

    assert me["authorizer"]["jwt"] == {
        "claims": {"sub": "u", "scope": "a b", "admin": "true", "g": "[x y]"},
        "scopes": ["a", "b"],
    }
    assert "authorizer" not in other
    assert "authorizer" not in unreadable


def test_health_is_for_the_container_and_not_for_clients(client: httpx.Client, web: RuntimeProcess) -> None:
    assert web.check() == 0
    assert httpx.get(f"{web.url}/health").text == "ok\n"
    assert client.get("/health").status_code == 404
