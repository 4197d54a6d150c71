from __future__ import annotations

import base64
from typing import cast

import pytest
from aws_lambda_powertools.event_handler import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.application import HttpApplication
from edge.request import NDJSON, Request
from edge.response import SECURITY_HEADERS, cached_json_response, json_response
from service_client.client import ServiceClient
from service_client.signature import _credentials
from store.errors import ThrottledError, UnavailableError
from tests.services.conftest import Listen
from tests.services.http_client import Client, HttpHandler
from tests.services.key_server import KeyServer

ROUTE = "GET /v1/products/{id}"

application = HttpApplication()


@application.get("/v1/products/<product_id>")
def read(request: Request, product_id: str) -> Response[str]:
    match product_id:
        case "broken":
            raise KeyError("the secret of the house")
        case "throttled":
            raise ThrottledError("table storefront-catalog")
        case "unavailable":
            raise UnavailableError("table storefront-catalog")
        case "uncalled":
            ServiceClient(attempts=1).call("GET /v1/prices/{sku}", sku="boots")
    body = {"id": product_id, "limit": request.limit(), "query": dict(request.query)}
    return cached_json_response(request, body, entity_tag='"1"')


@application.put("/v1/products/<product_id>")
def write(request: Request, product_id: str) -> Response[str]:
    return json_response({"id": product_id, "body": request.json(maximum_bytes=1000)})


@application.post("/v1/products/import")
def take(request: Request) -> Response[str]:
    return json_response({"text": request.text(allowed=(NDJSON,))})


@pytest.fixture
def client(issuer: KeyServer) -> Client:
    handler = cast(HttpHandler, application)
    return Client(
        handlers=dict.fromkeys(("GET", "PUT", "POST"), handler), token=issuer.token("catalog/write"), described=False
    )


def test_an_answer_carries_correlation_and_security_headers(client: Client) -> None:
    answer = client.call("GET", "/v1/products/a", headers={"X-Correlation-Id": "order-7"})
    assert answer.status == 200
    assert answer.headers["X-Correlation-Id"] == "order-7"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-cache"
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\r\nSet-Cookie: b", "é", "\ud800"])
def test_a_harmful_correlation_id_is_replaced_by_the_requests_own(client: Client, given: str) -> None:
    answer = client.call("GET", "/v1/products/a", headers={"x-correlation-id": given})
    assert answer.headers["X-Correlation-Id"] == "request-1"


def test_a_client_that_has_the_representation_gets_304(client: Client) -> None:
    answer = client.call("GET", "/v1/products/a", headers={"if-none-match": 'W/"1"'})
    assert (answer.status, answer.text, answer.headers["ETag"]) == (304, "", '"1"')


def test_an_unexpected_error_tells_the_log_and_not_the_client(client: Client, log_lines: Listen) -> None:
    written = log_lines(application.logger)
    answer = client.call("GET", "/v1/products/broken", headers={"x-correlation-id": "c-9"})
    assert answer.status == 500
    assert "secret" not in answer.text
    assert answer.problem()["type"] == "urn:problem-type:storefront:internal-error"
    lines = written()
    failure = next(line for line in lines if line["level"] == "ERROR")
    assert "the secret of the house" in failure["exception"]
    assert failure["correlation_id"] == "c-9"
    access = next(line for line in lines if line["message"] == "request answered")
    assert (access["route"], access["status"]) == (ROUTE, 500)
    assert (access["correlation_id"], access["api_request_id"]) == ("c-9", "request-1")


def test_a_callee_that_does_not_answer_makes_the_service_unavailable(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {"API_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**variables, "AWS_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    _credentials.cache_clear()

    answer = client.call("GET", "/v1/products/uncalled")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert answer.problem()["type"] == "urn:problem-type:storefront:service-unavailable"
    assert "127.0.0.1" not in answer.text
    _credentials.cache_clear()


@pytest.mark.parametrize(("name", "seconds"), [("throttled", "2"), ("unavailable", "1")])
def test_a_table_that_does_not_answer_gives_503(client: Client, name: str, seconds: str) -> None:
    answer = client.call("GET", f"/v1/products/{name}")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == seconds
    assert "storefront-catalog" not in answer.text
    answer.problem()


def test_an_address_without_a_route_gives_404(client: Client) -> None:
    answer = client.call("GET", "/v1/products/a/b", route=ROUTE)
    assert answer.status == 404
    answer.problem()


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "", "ten", "1,2", "9" * 5000, "٣", "\ud800", " 5"])
def test_a_bad_limit_gives_422(client: Client, limit: str) -> None:
    answer = client.call("GET", "/v1/products/a", query={"limit": limit})
    assert answer.status == 422
    assert cast(list[dict[str, str]], answer.problem()["errors"])[0]["parameter"] == "limit"


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        ("{}", "application/json", 200),
        ("{}", "Application/JSON; charset=utf-8", 200),
        ("{}", "text/plain", 415),
        ("{}", None, 415),
        ("{", "application/json", 400),
        ("", "application/json", 400),
        (None, "application/json", 400),
        ('{"a":NaN}', "application/json", 400),
        ('{"a":1,"a":1}', "application/json", 400),
        ('"\ud800"', "application/json", 400),
        ("[" * 900, "application/json", 400),
        ('"' + "x" * 1000 + '"', "application/json", 413),
    ],
)
def test_bodies_are_read_or_refused(client: Client, raw: str | None, content_type: str | None, status: int) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = client.call("PUT", "/v1/products/a", raw=raw, headers=headers)
    assert answer.status == status
    if status != 200:
        answer.problem()


@pytest.mark.parametrize(
    ("raw", "status"),
    [(base64.b64encode("é".encode()).decode(), 200), (base64.b64encode(b"\xff\xfe").decode(), 400), ("***", 400)],
)
def test_base64_bodies_are_read_or_refused(client: Client, raw: str, status: int) -> None:
    answer = client.call("POST", "/v1/products/import", raw=raw, headers={"content-type": NDJSON}, is_base64=True)
    assert answer.status == status
    assert status != 200 or answer.json == {"text": "é"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "PUT", "POST"]),
    tail=st.text(max_size=20),
    query=st.dictionaries(st.sampled_from(["limit", "cursor", "q"]), st.text(max_size=10)),
    headers=st.dictionaries(
        st.sampled_from(["if-none-match", "if-match", "content-type", "x-correlation-id", "authorization"]),
        st.text(max_size=20),
    ),
    body=st.none() | st.text(max_size=50),
    is_base64=st.booleans(),
)
def test_no_input_gets_a_server_error(
    client: Client,
    method: str,
    tail: str,
    query: dict[str, str],
    headers: dict[str, str],
    body: str | None,
    is_base64: bool,
) -> None:
    answer = client.call(
        method,
        f"/v1/products/x{tail}",
        query=query,
        headers=headers,
        raw=body,
        is_base64=is_base64,
        route=f"{method} /v1/products/{{id}}",
    )
    assert answer.status < 500
    if answer.status >= 400:
        answer.problem()
