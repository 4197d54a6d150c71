"""Services call each other, and who may not is refused by IAM."""

import httpx
import pytest
from aws_cdk import DefaultStackSynthesizer, Stack
from aws_cdk.aws_apigatewayv2 import CfnApi

from mach_constructs import HttpFront, LambdaCompute, Microservice, Route
from tests import cdk_app
from tests.local.fixups.conftest import RunningServer

from .conftest import FIXTURES, deploy_stack

CALLER = LambdaCompute(FIXTURES / "caller")


@pytest.fixture(scope="module")
def url(aws: RunningServer) -> str:
    stack = Stack(
        cdk_app.new_app(), "Calls", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    )
    front = HttpFront(stack, "Front")
    prices = Route("GET /v1/prices/{sku}", iam=True, handler="prices.handler")
    Microservice(stack, "Prices", compute=CALLER, front=front, routes=[prices])
    for name, call in (
        ("Allowed", prices.key),
        ("Another", "GET /v1/offers/{sku}"),
        ("Writer", "PUT /v1/prices/{sku}"),
    ):
        route = Route(f"GET /v1/{name.lower()}/{{sku}}", public=True)
        Microservice(stack, name, compute=CALLER, front=front, routes=[route], calls=[call])
    resources, api = deploy_stack(aws, stack), front.api.node.default_child
    assert isinstance(api, CfnApi)
    return f"http://127.0.0.1:{aws.port}/_aws/execute-api/{resources[stack.get_logical_id(api)]}"


def test_a_service_that_names_its_call_gets_through(url: str) -> None:
    answer = httpx.get(f"{url}/v1/allowed/boots", timeout=20).json()

    assert answer == {"price": {"sku": "boots", "amount": 5, "correlation_id": "correlation-1"}}


@pytest.mark.parametrize("service", ["another", "writer"])
def test_a_service_that_names_another_path_or_method_does_not(service: str, url: str) -> None:
    answer = httpx.get(f"{url}/v1/{service}/boots", timeout=20).json()

    assert answer["refused"] == 403


def test_a_call_without_a_signature_is_refused(url: str) -> None:
    for headers in ({}, {"Authorization": "Bearer token"}):
        assert httpx.get(f"{url}/v1/prices/boots", headers=headers).status_code == 403
