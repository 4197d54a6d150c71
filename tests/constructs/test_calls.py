"""Calls of one service to others: whom they are allowed to, and what refers to what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from mach_constructs import (
    Call,
    CustomDomain,
    EventContract,
    EventMesh,
    FargateCompute,
    HttpFront,
    LambdaCompute,
    Microservice,
    MutualTls,
    Route,
    ServiceNetwork,
    Step,
    Workflow,
)
from tests.policy_packs import add_every_pack

FIXTURES = Path(__file__).parent / "fixtures"
READ = Route("GET /v1/orders", public=True, handler="read.handler")
WRITE = Route("PUT /v1/orders/{id}", scopes=["orders/write"], handler="write.handler")
ROUTES = [READ, WRITE]
RESERVE, PAY = "PUT /v1/reservations/{id}", "POST /v1/payments/{id}/capture"
RESERVE_STEP = Step("reserve", handler="reserve.handler", compensation="release.handler")

Granted = Callable[[Template, str], dict[str, list[str]]]


def calls_of(template: Template, granted: Granted, role_prefix: str) -> set[str]:
    """Give the ends of the ARNs that a role may call."""
    allowed = granted(template, role_prefix)
    return {
        json.loads(resource)["Fn::Join"][1][-1]
        for resource, actions in allowed.items()
        if "execute-api:Invoke" in actions
    }


def environments(template: Template) -> dict[str, dict[str, Any]]:
    functions = template.find_resources("AWS::Lambda::Function").values()
    return {f["Properties"]["Handler"]: f["Properties"]["Environment"]["Variables"] for f in functions}


def test_every_function_of_the_service_may_make_its_calls_and_no_other(
    front: HttpFront, stack: Stack, orders: LambdaCompute, granted: Granted
) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, routes=ROUTES, calls=[RESERVE, PAY])
    template = Template.from_stack(stack)
    for role in ("OrdersRead", "OrdersWrite"):
        assert calls_of(template, granted, role) == {
            "/$default/PUT/v1/reservations/*",
            "/$default/POST/v1/payments/*/capture",
        }


def test_only_handlers_that_are_named_may_make_a_call(
    front: HttpFront, stack: Stack, orders: LambdaCompute, granted: Granted
) -> None:
    calls = [Call(RESERVE, handlers=["write.handler"]), "GET /v1/prices"]
    Microservice(stack, "Orders", compute=orders, front=front, routes=ROUTES, calls=calls)
    template = Template.from_stack(stack)
    assert calls_of(template, granted, "OrdersRead") == {"/$default/GET/v1/prices"}
    assert calls_of(template, granted, "OrdersWrite") == {"/$default/GET/v1/prices", "/$default/PUT/v1/reservations/*"}


def test_of_the_front_nothing_but_the_apis_id_is_referred_to(
    app: App,
    front: HttpFront,
    stack: Stack,
    orders: LambdaCompute,
    mesh: EventMesh,
    order_placed: type[EventContract],
) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, mesh=mesh, subscribes=[order_placed], calls=[RESERVE])
    app.synth()

    platform = Template.from_stack(Stack.of(front))
    (api,) = platform.find_resources("AWS::ApiGatewayV2::Api")
    values = [output["Value"] for output in platform.find_outputs("*").values()]
    assert [value for value in values if api in json.dumps(value)] == [{"Ref": api}]
    (variables,) = environments(Template.from_stack(stack)).values()
    scheme, _, *rest = variables["API_URL"]["Fn::Join"][1]
    assert (scheme, rest) == ("https://", [".execute-api.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}])


def test_services_that_call_each_other_depend_on_neither(app: App, front: HttpFront, orders: LambdaCompute) -> None:
    there, here = Stack(app, "There"), Stack(app, "Here")
    Microservice(there, "There", compute=orders, front=front, routes=[READ], calls=[RESERVE])
    reserve = Route(RESERVE, iam=True, handler="write.handler")
    Microservice(here, "Here", compute=orders, front=front, routes=[reserve], calls=["GET /v1/orders"])
    assembly = app.synth()
    for name in ("There", "Here"):
        depended = {other.id for other in assembly.get_stack_by_name(name).dependencies}
        assert not depended & {"There", "Here"}


def test_a_workflows_functions_may_make_its_calls(front: HttpFront, stack: Stack, granted: Granted) -> None:
    calls = [
        Call(RESERVE, handlers=["reserve.handler"]),
        Call("DELETE /v1/reservations/{id}", handlers=["release.handler"]),
    ]
    compute = LambdaCompute(FIXTURES / "checkout")
    Workflow(stack, "Checkout", compute=compute, steps=[RESERVE_STEP], front=front, calls=calls)
    template = Template.from_stack(stack)
    assert calls_of(template, granted, "CheckoutFunctionsReserve") == {"/$default/PUT/v1/reservations/*"}
    assert calls_of(template, granted, "CheckoutFunctionsRelease") == {"/$default/DELETE/v1/reservations/*"}
    assert all("API_URL" in variables for variables in environments(template).values())


def test_without_calls_there_is_no_address(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, routes=ROUTES)
    assert not any("API_URL" in variables for variables in environments(Template.from_stack(stack)).values())


def test_an_existing_api_is_called_as_well(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    api = apigwv2.HttpApi.from_http_api_attributes(platform, "Existing", http_api_id="abc123")
    Microservice(stack, "Orders", compute=orders, front=api, routes=[READ], calls=[RESERVE])
    (variables,) = environments(Template.from_stack(stack)).values()
    assert variables["API_URL"]["Fn::Join"][1][0] == "https://abc123.execute-api."


def test_an_api_without_aws_own_name_is_called_by_its_domain(
    platform: Stack, stack: Stack, orders: LambdaCompute
) -> None:
    certificate = acm.Certificate.from_certificate_arn(platform, "Certificate", "arn:aws:acm:eu-west-1:1:certificate/c")
    domain = CustomDomain("api.shop.example", certificate=certificate)
    front = HttpFront(platform, "Front", domain=domain, default_endpoint=False)
    Microservice(stack, "Orders", compute=orders, front=front, routes=[READ], calls=[RESERVE])
    (variables,) = environments(Template.from_stack(stack)).values()
    assert variables["API_URL"] == "https://api.shop.example"


def test_containers_call_with_the_role_that_they_share(
    app: App, front: HttpFront, stack: Stack, granted: Granted
) -> None:
    network = ServiceNetwork(Stack(app, "Network"), "Network")
    compute = FargateCompute(FIXTURES / "orders", network=network)
    calls = [Call(RESERVE, handlers=["write.handler"])]
    Microservice(stack, "Orders", compute=compute, front=front, routes=ROUTES, calls=calls)
    template = Template.from_stack(stack)
    assert calls_of(template, granted, "OrdersWebRole") == {"/$default/PUT/v1/reservations/*"}
    (task,) = template.find_resources("AWS::ECS::TaskDefinition").values()
    (container,) = (c for c in task["Properties"]["ContainerDefinitions"] if c["Name"] == "service")
    assert "API_URL" in {variable["Name"] for variable in container["Environment"]}


@pytest.mark.parametrize(
    ("calls", "message"),
    [
        ("GET /v1/prices", "calls must be a sequence of route keys, got 'GET /v1/prices'"),
        (["/v1/prices"], 'call must be "METHOD /path" with one of'),
        (["GET /v1/prices/"], "without a slash at the end"),
        (
            ["GET /v1/prices/{id}", "GET /v1/prices/{sku}"],
            r"distinct, got 'GET /v1/prices/\{id\}' and 'GET /v1/prices/\{s",
        ),
        (["PUT /v1/orders/{order}"], r"calls must be of other services' routes, got 'PUT /v1/orders/\{order\}', which"),
        (
            [Call("GET /v1/prices", handlers=["price.handler"])],
            "handlers of call 'GET /v1/prices' must be of read.handler, write.handler, got 'price.handler'",
        ),
    ],
)
def test_calls_that_could_not_be_made_are_refused(
    front: HttpFront, stack: Stack, orders: LambdaCompute, calls: list[str | Call], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Microservice(stack, "Orders", compute=orders, front=front, routes=ROUTES, calls=calls)


def test_handlers_of_a_call_are_a_sequence() -> None:
    with pytest.raises(ValueError, match=r"must be a sequence of texts, got 'api\.handler'"):
        Call(RESERVE, handlers="api.handler")


def test_calls_need_an_api(
    stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    with pytest.raises(ValueError, match=r"calls need a front that they go to, got none for 'PUT /v1/reservations"):
        Microservice(stack, "Orders", compute=orders, mesh=mesh, subscribes=[order_placed], calls=[RESERVE])


@pytest.mark.parametrize("declared", ["customer", "capability"])
def test_a_route_that_wants_tokens_cannot_be_called(
    app: App, front: HttpFront, orders: LambdaCompute, declared: str
) -> None:
    Microservice(Stack(app, "Here"), "Here", compute=orders, front=front, routes=[READ], calls=[RESERVE])
    route = Route("PUT /v1/reservations/{reservation}", handler="write.handler", **{declared: True})  # type: ignore[arg-type]
    Microservice(Stack(app, "There"), "There", compute=orders, front=front, routes=[route])
    with pytest.raises(
        RuntimeError,
        match=r"call 'PUT /v1/reservations/\{id\}' must be of a route without tokens.* got one with " + declared,
    ):
        app.synth()


def test_services_have_no_client_certificates(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    certificate = acm.Certificate.from_certificate_arn(platform, "Certificate", "arn:aws:acm:eu-west-1:1:certificate/c")
    domain = CustomDomain(
        "api.shop.example", certificate=certificate, mutual_tls=MutualTls(bucket=s3.Bucket(platform, "Trust"))
    )
    front = HttpFront(platform, "Front", domain=domain, default_endpoint=False)
    with pytest.raises(
        ValueError, match=r"calls need a front that asks for no certificates.*got Platform/Front with mut"
    ):
        Microservice(stack, "Orders", compute=orders, front=front, routes=[READ], calls=[RESERVE])


def test_calls_need_somebody_who_makes_them(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    with pytest.raises(ValueError, match="must be of the service, which has none, got 'none'"):
        Microservice(stack, "Orders", compute=orders, front=front, calls=[RESERVE])


def test_the_wildcard_of_a_parameter_passes_every_policy(new_app: Callable[..., App], orders: LambdaCompute) -> None:
    app = new_app()
    add_every_pack(app)
    stack = Stack(app, "Service")
    front = HttpFront(Stack(app, "Platform"), "Front")
    Microservice(stack, "Orders", compute=orders, front=front, routes=[READ], calls=[RESERVE, PAY])
    compute = LambdaCompute(FIXTURES / "checkout")
    Workflow(stack, "Checkout", compute=compute, steps=[RESERVE_STEP], front=front, calls=[RESERVE])
    app.synth()  # raises on a finding
