"""Routes: secure by default, checked when they are written."""

import pytest

from mach_constructs import Route
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


def test_a_route_cannot_stay_silent_about_who_may_call_it() -> None:
    with pytest.raises(ValueError, match="route 'GET /v1/orders' must have scopes or be public, got neither"):
        Route("GET /v1/orders")
    with pytest.raises(ValueError, match="must have scopes or be public, got both"):
        Route("GET /v1/orders", public=True, scopes=["orders/read"])


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


def test_a_rest_parameter_is_not_a_segment_parameter() -> None:
    require_distinct([Route("GET /v1/{id}", public=True), Route("GET /v1/{id+}", public=True)])
