"""Limits of single routes: what is deployed, and what the function does when it is."""

import json
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk.assertions import Match, Template
from botocore.exceptions import ClientError

from mach_constructs import HttpFront, LambdaCompute, Microservice, Route, RouteThrottles, Throttle
from mach_constructs.api.route_throttles import handler as setter

LIMIT = Throttle(requests_per_second=0.5, burst=2)
LIMITED = Route("POST /v1/orders", public=True, throttle=LIMIT)
FREE = Route("GET /v1/orders", public=True)


def test_limits_are_set_in_the_services_stack_once_the_routes_exist(
    front: HttpFront, stack: Stack, orders: LambdaCompute
) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, routes=[LIMITED, FREE])
    template = Template.from_stack(stack)
    (resource,) = template.find_resources("Custom::RouteThrottles").values()
    routes = template.find_resources("AWS::ApiGatewayV2::Route", {"Properties": {"RouteKey": LIMITED.key}})
    assert resource["Properties"]["Throttles"] == {LIMITED.key: {"RequestsPerSecond": 0.5, "Burst": 2}}
    assert set(routes) <= set(resource["DependsOn"])
    assert resource["Properties"]["ServiceTimeout"] == "180"
    platform = Template.from_stack(Stack.of(front))
    platform.resource_count_is("Custom::RouteThrottles", 0)
    platform.has_resource_properties("AWS::ApiGatewayV2::Stage", {"RouteSettings": Match.absent()})


def test_without_a_limit_there_is_no_function_for_it(front: HttpFront, stack: Stack, orders: LambdaCompute) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, routes=[FREE])
    Template.from_stack(stack).resource_count_is("Custom::RouteThrottles", 0)


def test_the_function_may_change_this_stage_only(
    front: HttpFront, stack: Stack, orders: LambdaCompute, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    Microservice(stack, "Orders", compute=orders, front=front, routes=[LIMITED])
    grants = granted(Template.from_stack(stack), "OrdersApiThrottles")
    on_api = {resource: actions for resource, actions in grants.items() if ":apigateway:" in resource}
    assert sorted(on_api.values()) == [["apigateway:DELETE"], ["apigateway:PATCH"]]
    for resource in on_api:
        assert "/stages/" in resource
        assert "::/apis/" in resource


def test_the_stage_of_an_existing_api_is_its_owners(platform: Stack, stack: Stack, orders: LambdaCompute) -> None:
    front = HttpFront(platform, "Front", existing=apigwv2.HttpApi(platform, "Existing"))
    with pytest.raises(ValueError, match="route 'POST /v1/orders' has a throttle, but front is an existing API"):
        Microservice(stack, "Orders", compute=orders, front=front, routes=[LIMITED])


@pytest.mark.parametrize(
    ("throttles", "message"),
    [
        ({}, "throttles must be at least one, got none"),
        ({"/v1/orders": LIMIT}, r"throttles must be .METHOD /path. with one of GET, .*, got '/v1/orders'"),
    ],
)
def test_limits_of_nothing_are_no_reason_for_a_function(
    front: HttpFront, stack: Stack, throttles: dict[str, Throttle], message: str
) -> None:
    assert front.stage is not None
    with pytest.raises(ValueError, match=message):
        RouteThrottles(stack, "Throttles", api=front.api, stage=front.stage, throttles=throttles)


class Stage:
    """A stage as API Gateway keeps it; it refuses as often as it is told."""

    def __init__(self, *, busy: int = 0, refusal: str = "ConflictException") -> None:
        self.settings: dict[str, Mapping[str, object]] = {}
        self._busy, self._refusal = busy, refusal

    def update_stage(self, *, ApiId: str, StageName: str, RouteSettings: Mapping[str, Any]) -> object:  # noqa: N803
        self._refuse()
        assert (ApiId, StageName) == ("a1", "$default")
        self.settings |= RouteSettings
        return {}

    def delete_route_settings(self, *, ApiId: str, StageName: str, RouteKey: str) -> object:  # noqa: N803
        self._refuse()
        assert (ApiId, StageName) == ("a1", "$default")
        if self.settings.pop(RouteKey, None) is None:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "DeleteRouteSettings")
        return {}

    def _refuse(self) -> None:
        if self._busy:
            self._busy -= 1
            raise ClientError({"Error": {"Code": self._refusal, "Message": "no"}}, "UpdateStage")


def asked(kind: str, throttles: Mapping[str, int], before: Mapping[str, int] | None = None) -> setter.Request:
    def properties(limits: Mapping[str, int]) -> dict[str, object]:
        return {
            "ApiId": "a1",
            "StageName": "$default",
            "Throttles": {key: {"RequestsPerSecond": "0.5", "Burst": str(burst)} for key, burst in limits.items()},
        }

    request: dict[str, object] = {
        "RequestType": kind,
        "ResponseURL": "http://127.0.0.1:9/",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Throttles",
        "ResourceProperties": properties(throttles),
    }
    if before is not None:
        request["OldResourceProperties"] = properties(before)
    return request  # type: ignore[return-value]


def limit(burst: int) -> dict[str, object]:
    return {"ThrottlingRateLimit": 0.5, "ThrottlingBurstLimit": burst}


def test_limits_come_change_and_go() -> None:
    stage = Stage()
    stage.settings["GET /v1/others"] = limit(9)
    setter.apply(asked("Create", {"GET /a": 1, "GET /b": 2}), stage)
    assert stage.settings == {"GET /v1/others": limit(9), "GET /a": limit(1), "GET /b": limit(2)}
    setter.apply(asked("Update", {"GET /b": 3}, before={"GET /a": 1, "GET /b": 2}), stage)
    assert stage.settings == {"GET /v1/others": limit(9), "GET /b": limit(3)}
    setter.apply(asked("Delete", {"GET /b": 3}), stage)
    assert stage.settings == {"GET /v1/others": limit(9)}


def test_what_is_gone_already_needs_no_removal() -> None:
    setter.apply(asked("Delete", {"GET /a": 1}), Stage())


@pytest.mark.parametrize("refusal", ["ConflictException", "TooManyRequestsException"])
def test_another_stacks_change_is_waited_for(refusal: str) -> None:
    stage, pauses = Stage(busy=3, refusal=refusal), list[float]()
    setter.apply(asked("Create", {"GET /a": 1}), stage, sleep=pauses.append)
    assert stage.settings == {"GET /a": limit(1)}
    assert len(pauses) == 3
    assert max(pauses) <= 2


@pytest.mark.parametrize(("busy", "refusal"), [(99, "ConflictException"), (1, "AccessDeniedException")])
def test_what_does_not_pass_is_reported(busy: int, refusal: str) -> None:
    with pytest.raises(ClientError, match=refusal):
        setter.apply(asked("Create", {"GET /a": 1}), Stage(busy=busy, refusal=refusal), sleep=lambda _: None)


class _CloudFormation(BaseHTTPRequestHandler):
    answers: list[dict[str, str]]

    def do_PUT(self) -> None:
        self.answers.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def cloudformation() -> Iterator[tuple[str, list[dict[str, str]]]]:
    answers: list[dict[str, str]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_CloudFormation,), {"answers": answers}))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", answers
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("busy", "status"), [(0, "SUCCESS"), (1, "FAILED")])
def test_cloudformation_gets_an_answer_whatever_happens(
    monkeypatch: pytest.MonkeyPatch,
    cloudformation: tuple[str, list[dict[str, str]]],
    busy: int,
    status: str,
) -> None:
    url, answers = cloudformation
    monkeypatch.setattr(setter, "_gateway", lambda: Stage(busy=busy, refusal="AccessDeniedException"))
    setter.handler({**asked("Create", {"GET /a": 1}), "ResponseURL": url}, None)  # type: ignore[typeddict-item]
    (answer,) = answers
    assert answer["Status"] == status
    assert ("AccessDenied" in answer.get("Reason", "")) == (busy > 0)
    assert {key: answer[key] for key in ("StackId", "RequestId", "LogicalResourceId", "PhysicalResourceId")} == {
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Throttles",
        "PhysicalResourceId": "a1/Throttles",
    }
