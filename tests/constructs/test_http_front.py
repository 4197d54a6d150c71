"""The API that services share."""

import json
from collections.abc import Callable

import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk.assertions import Match, Template

from mach_constructs import HttpFront, JwtAtGateway, JwtInService, LambdaCompute, Microservice, Route
from mach_constructs.api.unmatched_route.handler import handler

PUBLIC = Route("GET /v1/orders", public=True)
PROTECTED = Route("PUT /v1/orders/{id}", scopes=["orders/write"])


def test_a_stage_deploys_itself_logs_json_and_throttles(front: HttpFront) -> None:
    template = Template.from_stack(Stack.of(front))
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Stage",
        {
            "StageName": "$default",
            "AutoDeploy": True,
            "DefaultRouteSettings": {"ThrottlingRateLimit": 1000, "ThrottlingBurstLimit": 2000},
            "AccessLogSettings": {"DestinationArn": {"Fn::GetAtt": [Match.any_value(), "Arn"]}},
        },
    )
    (stage,) = template.find_resources("AWS::ApiGatewayV2::Stage").values()
    line: str = stage["Properties"]["AccessLogSettings"]["Format"]
    fields = json.loads(line.replace("$context.status", "200").replace("$context.responseLatency", "7"))
    assert fields["request_id"] == "$context.requestId"
    assert {"status", "route", "integration_error"} <= fields.keys()


def test_an_alarm_sounds_on_server_errors(front: HttpFront) -> None:
    template = Template.from_stack(Stack.of(front))
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm", {"Namespace": "AWS/ApiGateway", "MetricName": "5xx", "Threshold": 1}
    )
    template.resource_count_is("AWS::CloudWatch::Alarm", len(front.alarms))


def test_browsers_of_other_origins_need_cors(platform: Stack) -> None:
    cors = apigwv2.CorsPreflightOptions(allow_origins=["https://shop.example"], allow_headers=["authorization"])
    HttpFront(platform, "Front", cors=cors)
    Template.from_stack(platform).has_resource_properties(
        "AWS::ApiGatewayV2::Api",
        {"CorsConfiguration": {"AllowOrigins": ["https://shop.example"], "AllowHeaders": ["authorization"]}},
    )


def test_without_cors_there_is_none(front: HttpFront) -> None:
    Template.from_stack(Stack.of(front)).has_resource_properties(
        "AWS::ApiGatewayV2::Api", {"CorsConfiguration": Match.absent()}
    )


def test_the_gateway_can_check_tokens(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    front = HttpFront(
        platform, "Front", authorization=JwtAtGateway(issuer="https://issuer.example", client_ids=["till"])
    )
    Microservice(stack, "Orders", compute=orders, front=front, routes=[PUBLIC, PROTECTED])
    Template.from_stack(platform).has_resource_properties(
        "AWS::ApiGatewayV2::Authorizer",
        {
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Audience": ["till"], "Issuer": "https://issuer.example"},
        },
    )
    service = Template.from_stack(stack)
    service.has_resource_properties(
        "AWS::ApiGatewayV2::Route",
        {"RouteKey": PROTECTED.key, "AuthorizationType": "JWT", "AuthorizationScopes": ["orders/write"]},
    )
    service.has_resource_properties(
        "AWS::ApiGatewayV2::Route",
        {"RouteKey": PUBLIC.key, "AuthorizationType": "NONE", "AuthorizationScopes": Match.absent()},
    )
    (function,) = service.find_resources("AWS::Lambda::Function").values()
    assert not {"ROUTE_SCOPES", "TOKEN_ISSUER"} & function["Properties"]["Environment"]["Variables"].keys()


def test_an_existing_api_is_only_added_to(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    api = apigwv2.HttpApi(platform, "Existing")
    front = HttpFront(platform, "Front", existing=api)
    Microservice(stack, "Orders", compute=orders, front=front, routes=[PUBLIC])
    assert front.api is api
    assert (front.stage, front.access_logs, front.unmatched_route, front.alarms) == (None, None, None, ())
    Template.from_stack(platform).resource_count_is("AWS::Lambda::Function", 0)
    Template.from_stack(stack).has_resource_properties("AWS::ApiGatewayV2::Route", {"RouteKey": PUBLIC.key})


def test_scopes_need_somebody_to_check_them(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    front = HttpFront(platform, "Front")
    with pytest.raises(ValueError, match=r"route 'PUT /v1/orders/\{id\}' has scopes, but front has no authorization"):
        Microservice(stack, "Orders", compute=orders, front=front, routes=[PROTECTED])


@pytest.mark.parametrize("strategy", [JwtInService, JwtAtGateway])
@pytest.mark.parametrize(
    ("issuer", "client_ids", "message"),
    [
        ("http://issuer.example", ["till"], "issuer must be an https URL, got 'http://issuer.example'"),
        ("https://issuer.example", [], "client_ids must be a sequence of at least one client id"),
        ("https://issuer.example", "till", "client_ids must be a sequence of at least one client id, got 'till'"),
        ("https://issuer.example", [""], "client_ids must not be empty"),
    ],
)
def test_invalid_authorization_is_refused(
    strategy: Callable[..., object], issuer: str, client_ids: list[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        strategy(issuer=issuer, client_ids=client_ids)


def test_invalid_fronts_are_refused(platform: Stack) -> None:
    with pytest.raises(ValueError, match="requests_per_second must be between 1 and 10000, got 0"):
        HttpFront(platform, "Front", requests_per_second=0)
    with pytest.raises(ValueError, match="burst must be between 1 and 5000, got 5001"):
        HttpFront(platform, "Front", burst=5001)
    with pytest.raises(ValueError, match="cors must not be given with an existing API"):
        HttpFront(
            platform,
            "Front",
            existing=apigwv2.HttpApi(platform, "Existing"),
            cors=apigwv2.CorsPreflightOptions(allow_origins=["*"]),
        )


def test_an_unmatched_request_gets_a_problem() -> None:
    response = handler({"requestContext": {"http": {"method": "DELETE", "path": "/v1/nothing/é"}}}, None)
    assert response["statusCode"] == 404
    assert response["headers"]["content-type"] == "application/problem+json"
    assert json.loads(response["body"]) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no DELETE /v1/nothing/é.",
    }
