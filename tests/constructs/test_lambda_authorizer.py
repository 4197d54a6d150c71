"""Functions that decide who may call a route."""

import json

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from mach_constructs import FunctionOptions, HttpFront, LambdaAuthorizer, LambdaCompute, Microservice, Route
from tests.constructs.conftest import FIXTURES


def test_a_function_of_the_teams_decides_for_routes_of_two_services(
    app: App, front: HttpFront, stack: Stack, orders: LambdaCompute
) -> None:
    other = Stack(app, "Other")
    partners = LambdaAuthorizer(stack, "Partners", front=front, compute=orders, handler="api.handler")
    Microservice(stack, "Orders", compute=orders, front=front, routes=[Route("GET /v1/orders", authorizer=partners)])
    Microservice(other, "Feeds", compute=orders, front=front, routes=[Route("GET /v1/feeds", authorizer=partners)])
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::ApiGatewayV2::Authorizer", 1)
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Authorizer",
        {
            "AuthorizerType": "REQUEST",
            "AuthorizerPayloadFormatVersion": "2.0",
            "EnableSimpleResponses": True,
            "IdentitySource": ["$request.header.authorization"],
            "AuthorizerResultTtlInSeconds": 0,
        },
    )
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Route",
        {
            "RouteKey": "GET /v1/orders",
            "AuthorizationType": "CUSTOM",
            "AuthorizerId": {"Ref": Match.string_like_regexp("Partners")},
        },
    )
    Template.from_stack(other).has_resource_properties(
        "AWS::ApiGatewayV2::Route", {"RouteKey": "GET /v1/feeds", "AuthorizationType": "CUSTOM"}
    )
    assert partners.service_function is not None
    assert partners.service_function.timeout.to_seconds() == 5


def test_only_this_authorizer_may_call_the_function(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    LambdaAuthorizer(stack, "Partners", front=front, compute=orders, handler="api.handler")
    (permission,) = Template.from_stack(stack).find_resources("AWS::Lambda::Permission").values()
    assert permission["Properties"]["Principal"] == "apigateway.amazonaws.com"
    source = json.dumps(permission["Properties"]["SourceArn"])
    assert "execute-api" in source
    assert '/authorizers/", {"Ref": "Partners' in source


def test_an_existing_function_decides(front: HttpFront, stack: Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "F", "arn:aws:lambda:eu-west-1:123456789012:function:partners")
    authorizer = LambdaAuthorizer(stack, "Partners", front=front, function=function)
    assert authorizer.function is function
    assert authorizer.service_function is None
    Template.from_stack(stack).resource_count_is("AWS::Lambda::Function", 0)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["$request.header.x-api-key"], ["$request.header.x-api-key", "$context.routeKey"]),
        (["$context.routeKey", "$request.header.x-api-key"], ["$context.routeKey", "$request.header.x-api-key"]),
    ],
)
def test_an_answer_is_remembered_for_its_route_only(
    front: HttpFront, stack: Stack, orders: LambdaCompute, sources: list[str], expected: list[str]
) -> None:
    LambdaAuthorizer(
        stack,
        "Partners",
        front=front,
        compute=orders,
        handler="api.handler",
        identity_sources=sources,
        cache=Duration.minutes(5),
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGatewayV2::Authorizer", {"AuthorizerResultTtlInSeconds": 300, "IdentitySource": expected}
    )


def test_without_identity_sources_every_request_is_asked_about(
    front: HttpFront, stack: Stack, orders: LambdaCompute
) -> None:
    LambdaAuthorizer(stack, "All", front=front, compute=orders, handler="api.handler", identity_sources=[])
    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGatewayV2::Authorizer", {"IdentitySource": Match.absent()}
    )


def test_an_authorizer_belongs_to_one_api(
    platform: Stack, front: HttpFront, stack: Stack, orders: LambdaCompute
) -> None:
    other = HttpFront(platform, "Other", existing=apigwv2.HttpApi(platform, "OtherApi"))
    partners = LambdaAuthorizer(stack, "Partners", front=other, compute=orders, handler="api.handler")
    with pytest.raises(ValueError, match="must be one of its own API, got Service/Partners of Platform/Other"):
        Microservice(
            stack, "Orders", compute=orders, front=front, routes=[Route("GET /v1/orders", authorizer=partners)]
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"compute": None}, "authorizer needs either a function or a compute, got neither"),
        ({"handler": "missing.handler"}, "handler 'missing.handler' needs the file"),
        ({"identity_sources": "$request.header.a"}, "identity_sources must be a sequence of texts"),
        ({"identity_sources": ["x-api-key"]}, "identity_sources must look like"),
        ({"identity_sources": ["$request.body.key"]}, "identity_sources must look like"),
        ({"identity_sources": [], "cache": Duration.seconds(1)}, "cache needs an identity source that tells callers"),
        ({"cache": Duration.minutes(61)}, "cache must be between 0 and 3600 seconds, got 3660"),
        (
            {
                "compute": LambdaCompute(
                    FIXTURES / "orders", handlers={"api.handler": FunctionOptions(timeout=Duration.seconds(11))}
                )
            },
            "timeout of an authorizer must be between 1 and 10 seconds, got 11",
        ),
    ],
)
def test_invalid_authorizers_are_refused(
    front: HttpFront, stack: Stack, orders: LambdaCompute, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        LambdaAuthorizer(
            stack,
            "Partners",
            **{"front": front, "compute": orders, "handler": "api.handler", **arguments},  # type: ignore[arg-type]
        )


def test_an_authorizer_is_named_by_its_id(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    with pytest.raises(ValueError, match="id must have at most 128 characters, which names an authorizer, got 129"):
        LambdaAuthorizer(stack, "P" * 129, front=front, compute=orders, handler="api.handler")


def test_there_is_one_who_decides(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    function = lambda_.Function.from_function_name(stack, "F", "partners")
    with pytest.raises(ValueError, match="authorizer needs either a function or a compute, got both"):
        LambdaAuthorizer(stack, "Partners", front=front, compute=orders, function=function)
