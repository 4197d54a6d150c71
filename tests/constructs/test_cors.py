"""Cross-origin rules follow the routes, wherever these are."""

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk.assertions import Match, Template

from mach_constructs import Cors, HttpFront, LambdaAuthorizer, LambdaCompute, Microservice, Route
from tests.constructs.conftest import AUTHORIZATION

SHOP = "https://shop.example"


def rules(platform: Stack) -> dict[str, object]:
    (api,) = Template.from_stack(platform).find_resources("AWS::ApiGatewayV2::Api").values()
    configuration: dict[str, object] = api["Properties"]["CorsConfiguration"]
    return configuration


def test_methods_and_headers_are_those_of_routes_that_other_stacks_add_later(
    app: App, platform: Stack, orders: LambdaCompute
) -> None:
    front = HttpFront(platform, "Front", authorization=AUTHORIZATION, cors=Cors(origins=[SHOP]))
    reads = [Route("GET /v1/orders", public=True)]
    writes = [
        Route("PUT /v1/orders/{id}", scopes=["orders/write"]),
        Route("DELETE /v1/orders/{id}", scopes=["orders/write"]),
    ]
    Microservice(Stack(app, "Reads"), "Reads", compute=orders, front=front, routes=reads)
    Microservice(Stack(app, "Writes"), "Writes", compute=orders, front=front, routes=writes)
    assert rules(platform) == {
        "AllowOrigins": [SHOP],
        "AllowMethods": ["DELETE", "GET", "PUT"],
        "AllowHeaders": ["authorization", "content-type"],
        "MaxAge": 3600,
    }


def test_public_reads_need_no_header(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    front = HttpFront(platform, "Front", cors=Cors(origins=[SHOP]))
    Microservice(stack, "Orders", compute=orders, front=front, routes=[Route("GET /v1/orders", public=True)])
    configuration = rules(platform)
    assert configuration["AllowMethods"] == ["GET"]
    assert "AllowHeaders" not in configuration


def test_what_signatures_and_authorizers_read_is_allowed(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    front = HttpFront(platform, "Front", cors=Cors(origins=[SHOP]))
    partners = LambdaAuthorizer(
        stack,
        "Partners",
        front=front,
        compute=orders,
        handler="api.handler",
        identity_sources=["$request.header.X-Api-Key", "$request.querystring.tenant"],
    )
    routes = [Route("GET /v1/feeds", authorizer=partners), Route("DELETE /v1/feeds/{id}", iam=True)]
    Microservice(stack, "Orders", compute=orders, front=front, routes=routes)
    assert rules(platform)["AllowHeaders"] == [
        "authorization",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
        "x-api-key",
    ]


def test_what_routes_cannot_tell_is_added(platform: Stack) -> None:
    cors = Cors(
        origins=[SHOP, "http://localhost:5173"],
        headers=["Idempotency-Key", "if-match"],
        exposed_headers=["etag", "location"],
        methods=["PATCH"],
        credentials=True,
        max_age=Duration.minutes(10),
    )
    HttpFront(platform, "Front", cors=cors)
    assert rules(platform) == {
        "AllowOrigins": [SHOP, "http://localhost:5173"],
        "AllowMethods": ["PATCH"],
        "AllowHeaders": ["idempotency-key", "if-match"],
        "ExposeHeaders": ["etag", "location"],
        "AllowCredentials": True,
        "MaxAge": 600,
    }


def test_a_front_that_nobody_adds_routes_to_allows_no_method(platform: Stack) -> None:
    HttpFront(platform, "Front", cors=Cors(origins=["*"]))
    Template.from_stack(platform).has_resource_properties(
        "AWS::ApiGatewayV2::Api", {"CorsConfiguration": {"AllowOrigins": ["*"], "AllowMethods": Match.absent()}}
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"origins": []}, "origins must be at least one, got none"),
        ({"origins": SHOP}, "origins must be a sequence of texts, got 'https://shop.example'"),
        ({"origins": ["shop.example"]}, 'origins must look like "https://shop.example" or be "\\*", got \'shop'),
        ({"origins": [f"{SHOP}/"]}, "got 'https://shop.example/'"),
        ({"origins": ["https://*.shop.example"]}, r"got 'https://\*.shop.example'"),
        ({"origins": ["*"], "credentials": True}, "credentials must not be allowed to every origin"),
        ({"origins": ["https://*"], "credentials": True}, "credentials must not be allowed to every origin"),
        ({"headers": ["if match"]}, "headers must be names of HTTP headers, got 'if match'"),
        ({"exposed_headers": ["e:tag"]}, "headers must be names of HTTP headers, got 'e:tag'"),
        ({"methods": ["get"]}, "methods must be among GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, got 'get'"),
        ({"max_age": Duration.hours(25)}, "max_age must be between 0 and 86400 seconds, got 90000"),
    ],
)
def test_invalid_rules_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cors(**{"origins": [SHOP], **arguments})  # type: ignore[arg-type]
