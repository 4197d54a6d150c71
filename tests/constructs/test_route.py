"""Routes: secure by default, checked when they are written."""

import pytest

from mach_constructs import Route, Throttle
from mach_constructs.api.route import require_distinct


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("/v1/products", 'route must be "METHOD /path"'),
        ("get /v1/products", "got 'get /v1/products'"),
        ("ANY /v1/products", "one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        ("GET v1/products", "must be segments like"),
        ("GET /v1/products/", "without a slash at the end"),
        ("GET /v1//products", "must be segments like"),
        ("GET /v1/products?limit=1", "must be segments like"),
        ("GET /v1/{product id}", "must be segments like"),
        ("GET /v1/x{id}", "must be segments like"),
        ("GET /v1/{rest+}/more", r"may have a \{name\+\} parameter at the end only"),
        ("GET /v1/{id}/of/{id}", "must name each parameter once, got 'id' 2 times"),
    ],
)
def test_malformed_routes_are_refused(key: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Route(key, public=True)


@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        ({}, "none"),
        ({"public": True, "scopes": ["orders/read"]}, "public and scopes"),
        ({"public": True, "iam": True}, "public and iam"),
        ({"customer": True, "capability": True}, "capability and customer"),
        ({"customer": True, "iam": True}, "customer and iam"),
        ({"signed": True, "scopes": ["orders/read"]}, "scopes and signed"),
        ({"customer": True, "scopes": ["orders/read"], "signed": True}, "customer and scopes and signed"),
        ({"scopes": ["orders/read"], "iam": True}, "scopes and iam"),
    ],
)
def test_a_route_says_who_may_call_it_in_exactly_one_way(arguments: dict[str, object], got: str) -> None:
    with pytest.raises(
        ValueError,
        match="route 'GET /v1/orders' must say who may call it by exactly one of public, capability, customer, scopes, "
        rf"signed, iam, authorizer \(scopes may stand beside capability or customer\), got {got}",
    ):
        Route("GET /v1/orders", **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "access", "takes_token"),
    [
        ({"public": True}, "public", False),
        ({"capability": True}, "capability", True),
        ({"capability": True, "scopes": ["carts/read"]}, "capability", True),
        ({"customer": True}, "customer", True),
        ({"customer": True, "scopes": ["orders/read"]}, "customer", True),
        ({"scopes": ["orders/read"]}, "scopes", True),
        ({"signed": True}, "signed", False),
        ({"iam": True}, "iam", False),
    ],
)
def test_a_route_knows_how_it_is_protected(arguments: dict[str, object], access: str, *, takes_token: bool) -> None:
    route = Route("GET /v1/orders", **arguments)  # type: ignore[arg-type]
    assert (route.access, route.takes_token) == (access, takes_token)


@pytest.mark.parametrize(
    ("rate", "burst", "message"),
    [
        (0, 1, "requests_per_second must be more than 0 and at most 10000, got 0"),
        (10_001, 1, "requests_per_second must be more than 0 and at most 10000, got 10001"),
        (1, 0, "burst must be between 1 and 5000, got 0"),
        (1, 5_001, "burst must be between 1 and 5000, got 5001"),
    ],
)
def test_throttles_out_of_range_are_refused(rate: float, burst: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Throttle(requests_per_second=rate, burst=burst)


@pytest.mark.parametrize("scopes", [[""], ["orders/read orders/write"]])
def test_scopes_are_single_texts(scopes: list[str]) -> None:
    with pytest.raises(ValueError, match="must be texts without blanks"):
        Route("GET /v1/orders", scopes=scopes)


def test_one_text_is_no_sequence_of_scopes() -> None:
    with pytest.raises(ValueError, match="must be a sequence of texts, got 'orders/write'"):
        Route("PUT /v1/orders", scopes="orders/write")


@pytest.mark.parametrize("key", ["GET /", "GET /v1/{proxy+}", "HEAD /v1/a-b_c.d~e/{id}", "POST /v1/orders:cancel"])
def test_good_routes_are_accepted(key: str) -> None:
    route = Route(key, public=True)
    assert (route.method, route.path) == tuple(key.split(" "))


def test_routes_that_catch_the_same_requests_are_refused() -> None:
    routes = [Route("GET /v1/orders/{id}", public=True), Route("GET /v1/orders/{order_id}", public=True)]
    with pytest.raises(ValueError, match=r"routes must be distinct, got 'GET /v1/orders/\{id\}' and"):
        require_distinct(routes)


def test_a_dot_is_not_told_from_a_slash() -> None:
    with pytest.raises(
        ValueError, match=r"routes must be distinct, got 'GET /v1/openapi\.json' and 'GET /v1/openapi/js"
    ):
        require_distinct([Route("GET /v1/openapi.json", public=True), Route("GET /v1/openapi/json", public=True)])


def test_a_rest_parameter_is_not_a_segment_parameter() -> None:
    require_distinct([Route("GET /v1/{id}", public=True), Route("GET /v1/{id+}", public=True)])
