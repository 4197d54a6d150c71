"""The API that services share."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Annotations, Match, Template

from mach_constructs import (
    Cors,
    CustomDomain,
    EventContract,
    EventMesh,
    HttpFront,
    JwtAtGateway,
    JwtInService,
    LambdaCompute,
    Microservice,
    Route,
)
from mach_constructs.api.quotas import Quotas
from mach_constructs.api.route_binding import require_authorization
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
    assert not {"ROUTE_ACCESS", "TOKEN_ISSUER"} & function["Properties"]["Environment"]["Variables"].keys()


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
    with pytest.raises(ValueError, match=r"route 'PUT /v1/orders/\{id\}' takes tokens \(scopes\), but front has"):
        Microservice(stack, "Orders", compute=orders, front=front, routes=[PROTECTED])


@pytest.mark.parametrize("declared", [{"customer": True}, {"capability": True}])
def test_any_token_needs_somebody_to_check_it(
    platform: Stack, stack: Stack, orders: LambdaCompute, declared: dict[str, bool]
) -> None:
    front, route = HttpFront(platform, "Front"), Route("PUT /v1/orders/{id}", **declared)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=rf"takes tokens \({next(iter(declared))}\), but front has no authorization"):
        Microservice(stack, "Orders", compute=orders, front=front, routes=[route])


def test_the_service_learns_who_may_call_each_route(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    routes = [
        Route("POST /v1/carts", public=True),
        Route("GET /v1/carts/{id}", capability=True, scopes=["carts/read"]),
        Route("GET /v1/orders", customer=True, scopes=["orders/read", "orders/write"]),
        Route("POST /v1/payments/webhooks", signed=True),
        Route("PUT /v1/payments/{id}", iam=True),
    ]
    Microservice(stack, "Orders", compute=orders, front=front, routes=routes)
    template = Template.from_stack(stack)
    (function,) = template.find_resources("AWS::Lambda::Function").values()
    variables = function["Properties"]["Environment"]["Variables"]
    assert json.loads(variables["ROUTE_ACCESS"]) == {
        "POST /v1/carts": "public",
        "GET /v1/carts/{id}": "capability carts/read",
        "GET /v1/orders": "customer orders/read orders/write",
        "POST /v1/payments/webhooks": "signed",
        "PUT /v1/payments/{id}": "iam",
    }
    assert variables["TOKEN_CLIENT_IDS"] == "merchant,till"
    at_gateway = {
        route["Properties"]["RouteKey"]: route["Properties"]["AuthorizationType"]
        for route in template.find_resources("AWS::ApiGatewayV2::Route").values()
    }
    assert at_gateway == {route.key: "AWS_IAM" if route.iam else "NONE" for route in routes}


@pytest.mark.parametrize(
    ("route", "variables"),
    [
        (Route("GET /v1/orders", customer=True), {"TOKEN_ISSUER", "TOKEN_CLIENT_IDS"}),
        (Route("GET /v1/orders", capability=True), {"TOKEN_ISSUER", "TOKEN_CLIENT_IDS"}),
        (Route("GET /v1/orders", signed=True), set()),
        (Route("GET /v1/orders", iam=True), set()),
    ],
)
def test_a_service_that_may_see_tokens_learns_whose_they_must_be(route: Route, variables: set[str]) -> None:
    authorization = JwtInService(issuer="https://issuer.example", client_ids=["till"])
    assert authorization.environment([route]).keys() - {"ROUTE_ACCESS"} == variables


def test_the_gateway_lets_any_token_through_to_a_route_for_customers(
    platform: Stack, stack: Stack, orders: LambdaCompute
) -> None:
    front = HttpFront(
        platform, "Front", authorization=JwtAtGateway(issuer="https://issuer.example", client_ids=["till"])
    )
    routes = [Route("GET /v1/orders", customer=True), Route("POST /v1/payments/webhooks", signed=True)]
    Microservice(stack, "Orders", compute=orders, front=front, routes=routes)
    template = Template.from_stack(stack)
    for key, kind in (("GET /v1/orders", "JWT"), ("POST /v1/payments/webhooks", "NONE")):
        template.has_resource_properties(
            "AWS::ApiGatewayV2::Route",
            {"RouteKey": key, "AuthorizationType": kind, "AuthorizationScopes": Match.absent()},
        )


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (Route("GET /v1/carts/{id}", capability=True), r"takes a token or none \(capability\), which the gateway's"),
        (
            Route("GET /v1/orders", customer=True, scopes=["orders/read"]),
            r"one of two kinds of token \(customer, scopes",
        ),
    ],
)
def test_the_gateway_cannot_check_every_declaration(front: HttpFront, route: Route, message: str) -> None:
    front.authorization = JwtAtGateway(issuer="https://issuer.example", client_ids=["till"])
    with pytest.raises(ValueError, match=f"{message}.*: give the front JwtInService"):
        require_authorization(front, [route])


@pytest.mark.parametrize("strategy", [JwtInService, JwtAtGateway])
@pytest.mark.parametrize(
    ("issuer", "client_ids", "message"),
    [
        ("http://issuer.example", ["till"], "issuer must be an https URL, got 'http://issuer.example'"),
        ("https://", ["till"], "issuer must be an https URL, got 'https://'"),
        ("https://issuer.example/a b", ["till"], "issuer must be an https URL, got 'https://issuer.example/a b'"),
        ("https://issuer.example/" + "x" * 2048, ["till"], "issuer must have at most 2048 characters, got 2071"),
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"requests_per_second": 0}, "requests_per_second must be between 1 and 10000, got 0"),
        ({"burst": 5001}, "burst must be between 1 and 5000, got 5001"),
        ({"timeout": Duration.millis(49)}, "timeout must be between 50 ms and 30 s, got 49 millis"),
        ({"timeout": Duration.millis(30_001)}, "timeout must be between 50 ms and 30 s, got 30 seconds 1 milli"),
        ({"default_endpoint": False}, "default_endpoint must not be off without a domain"),
    ],
)
def test_invalid_fronts_are_refused(platform: Stack, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HttpFront(platform, "Front", **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("cors", Cors(origins=["*"])),
        ("default_endpoint", False),
        ("requests_per_second", 1_000),
        ("burst", 2_000),
        ("log_retention", logs.RetentionDays.ONE_WEEK),
    ],
)
def test_an_existing_api_keeps_its_owners_settings(platform: Stack, argument: str, value: object) -> None:
    api = apigwv2.HttpApi(platform, "Existing")
    with pytest.raises(ValueError, match=f"{argument} must not be given with an existing API, whose owner sets it"):
        HttpFront(platform, "Front", existing=api, **{argument: value})  # type: ignore[arg-type]


def test_a_client_id_in_a_variable_has_no_comma() -> None:
    with pytest.raises(ValueError, match="client_ids must not hold commas, which part them in a variable, got 'a,b'"):
        JwtInService(issuer="https://issuer.example", client_ids=["a,b"])


def test_the_gateway_reaches_issuers_of_the_internet_only() -> None:
    JwtInService(issuer="https://id.shop.internal", client_ids=["till"])
    with pytest.raises(ValueError, match=r"issuer must have a host that the internet knows, .* got 'id.shop.internal'"):
        JwtAtGateway(issuer="https://id.shop.internal", client_ids=["till"])


def test_the_gateway_takes_fifty_audiences() -> None:
    many = [f"client-{number}" for number in range(51)]
    JwtAtGateway(issuer="https://issuer.example", client_ids=many[1:])
    JwtInService(issuer="https://issuer.example", client_ids=many)
    with pytest.raises(ValueError, match=r"client_ids must be at most 50.* got 51: JwtInService takes more"):
        JwtAtGateway(issuer="https://issuer.example", client_ids=many)


def test_an_existing_api_keeps_its_owners_domain(platform: Stack) -> None:
    api = apigwv2.HttpApi(platform, "Existing")
    certificate = acm.Certificate.from_certificate_arn(platform, "Certificate", "arn:aws:acm:eu-west-1:1:certificate/c")
    with pytest.raises(ValueError, match="domain must not be given with an existing API, whose owner sets it"):
        HttpFront(platform, "Front", existing=api, domain=CustomDomain("api.shop.example", certificate=certificate))


def test_the_api_waits_for_a_service_as_long_as_it_is_told(
    platform: Stack, stack: Stack, orders: LambdaCompute
) -> None:
    front = HttpFront(platform, "Front", timeout=Duration.millis(12_500))
    Microservice(stack, "Orders", compute=orders, front=front, routes=[PUBLIC])
    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGatewayV2::Integration", {"TimeoutInMillis": 12_500, "PayloadFormatVersion": "2.0"}
    )


def test_no_handler_may_take_longer_than_the_api_waits(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    front = HttpFront(platform, "Front", timeout=Duration.millis(9_999))
    with pytest.raises(
        ValueError,
        match=r"timeout of 'api.handler' must be at most 9 seconds 999 millis, because it serves 'GET /v1/orders' "
        "and Platform/Front waits no longer, got 10 seconds",
    ):
        Microservice(stack, "Orders", compute=orders, front=front, routes=[PUBLIC])


def test_what_the_api_does_not_call_may_take_longer(
    platform: Stack, stack: Stack, orders: LambdaCompute, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    front = HttpFront(platform, "Front", timeout=Duration.seconds(10))
    service = Microservice(
        stack, "Orders", compute=orders, front=front, routes=[PUBLIC], mesh=mesh, subscribes=[order_placed]
    )
    assert service.workloads["events.handler"].timeout.to_seconds() == 60


def test_an_api_that_is_given_to_two_services_has_each_route_once(
    platform: Stack, stack: Stack, orders: LambdaCompute
) -> None:
    api = apigwv2.HttpApi(platform, "Existing")
    Microservice(stack, "Orders", compute=orders, front=api, routes=[PUBLIC])
    with pytest.raises(ValueError, match="must be distinct on its API, got 'GET /v1/orders' of Service/Orders/Api"):
        Microservice(stack, "Copy", compute=orders, front=api, routes=[PUBLIC])


def test_two_services_cannot_have_the_same_route(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, routes=[Route("GET /v1/orders/{id}", public=True)])
    with pytest.raises(
        ValueError,
        match=r"route 'GET /v1/orders/\{order\}' of Service/Copy/Api must be distinct on its API, "
        r"got 'GET /v1/orders/\{id\}' of Service/Orders/Api",
    ):
        Microservice(stack, "Copy", compute=orders, front=front, routes=[Route("GET /v1/orders/{order}", public=True)])


def test_more_routes_and_authorizers_than_quotas_that_can_be_raised_get_a_warning_each(stack: Stack) -> None:
    quotas = Quotas()
    for _ in range(302):
        quotas.add_routes(stack, 1)
        quotas.add_authorizer(stack)

    warnings = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    assert sorted(str(warning.entry.data).partition(",")[0] for warning in warnings) == [
        "The API has more than 10 authorizers",
        "The API has more than 300 routes",
    ]


def test_quotas_are_those_of_the_api_with_what_the_front_itself_adds(
    platform: Stack, stack: Stack, orders: LambdaCompute
) -> None:
    front = HttpFront(platform, "Front")
    for _ in range(298):
        front.added.quotas.add_integration(platform)
    Microservice(stack, "Last", compute=orders, front=front, routes=[PUBLIC])
    with pytest.raises(ValueError, match=r"at most 300 integrations.* got one more for Service/More/Api: give some"):
        Microservice(stack, "More", compute=orders, front=front, routes=[Route("GET /v1/more", public=True)])


def test_forty_routes_are_one_entry_of_a_functions_resource_policy(
    front: HttpFront, stack: Stack, orders: LambdaCompute
) -> None:
    routes = [Route(f"GET /v1/orders/{number}", public=True) for number in range(40)]
    Microservice(stack, "Orders", compute=orders, front=front, routes=routes)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::ApiGatewayV2::Route", 40)
    template.resource_count_is("AWS::ApiGatewayV2::Integration", 1)
    (permission,) = template.find_resources("AWS::Lambda::Permission").values()
    assert permission["Properties"]["Principal"] == "apigateway.amazonaws.com"
    # A resource policy may have 20 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    assert len(json.dumps(permission)) < 20_480


@pytest.mark.parametrize(
    ("scopes", "refused"),
    [
        ([f"orders/{number}" for number in range(10)], nullcontext()),
        (
            [f"orders/{number}" for number in range(11)],
            pytest.raises(ValueError, match="must have at most 10 scopes, got 11"),
        ),
        (["x" * 64], nullcontext()),
        (["x" * 65], pytest.raises(ValueError, match="must have at most 64 characters for the gateway, got 65: 'xx")),
    ],
)
def test_the_gateway_takes_ten_short_scopes_a_route(
    front: HttpFront, scopes: list[str], refused: AbstractContextManager[object]
) -> None:
    front.authorization = JwtAtGateway(issuer="https://issuer.example", client_ids=["till"])
    with refused:
        require_authorization(front, [Route("PUT /v1/orders/{id}", scopes=scopes)])


def test_callers_can_sign_their_requests(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    route = Route("POST /v1/orders/import", iam=True)
    service = Microservice(stack, "Orders", compute=orders, front=front, routes=[route])
    caller = iam.Role(stack, "Caller", assumed_by=iam.AccountRootPrincipal())
    service.routes[route.key].grant_invoke(caller)
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Route", {"RouteKey": route.key, "AuthorizationType": "AWS_IAM"}
    )
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {"PolicyDocument": {"Statement": [Match.object_like({"Action": "execute-api:Invoke", "Effect": "Allow"})]}},
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
