"""One app a test: the project's feature flags, no built-in validator (the policy test runs it), no bundling."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from constructs import Construct

from mach_constructs import EventMesh, HttpFront, JwtInService, LambdaCompute
from tests import cdk_app

FIXTURES = Path(__file__).parent / "fixtures"


AUTHORIZATION = JwtInService(issuer="https://issuer.example", client_ids=["merchant", "till"])


class OrderPlaced:
    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "OrderPlaced"
    version: ClassVar[int] = 1


class OrderPlacedV2:
    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "OrderPlaced"
    version: ClassVar[int] = 2


@pytest.fixture(scope="session")
def order_placed() -> type[OrderPlaced]:
    return OrderPlaced


@pytest.fixture
def order_placed_v2() -> type[OrderPlacedV2]:
    return OrderPlacedV2


@pytest.fixture(scope="session")
def new_app() -> Callable[..., App]:
    return cdk_app.new_app


@pytest.fixture
def app(new_app: Callable[..., App]) -> App:
    return new_app()


@pytest.fixture
def platform(app: App) -> Stack:
    return Stack(app, "Platform")


@pytest.fixture
def stack(app: App) -> Stack:
    return Stack(app, "Service")


@pytest.fixture
def front(platform: Stack) -> HttpFront:
    return HttpFront(platform, "Front", authorization=AUTHORIZATION)


@pytest.fixture
def mesh(platform: Stack) -> EventMesh:
    return EventMesh(platform, "Mesh")


@pytest.fixture(scope="session")
def orders() -> LambdaCompute:
    return LambdaCompute(FIXTURES / "orders")


@pytest.fixture
def template_of() -> Callable[[Construct], Template]:
    return lambda construct: Template.from_stack(Stack.of(construct))


@pytest.fixture
def granted() -> Callable[[Template, str], dict[str, list[str]]]:
    """Actions that a role's policies allow, by resource (as text)."""

    def collect(template: Template, role_prefix: str) -> dict[str, list[str]]:
        actions: dict[str, list[str]] = {}
        for policy in template.find_resources("AWS::IAM::Policy").values():
            properties = policy["Properties"]
            if not properties["Roles"][0]["Ref"].startswith(role_prefix):
                continue
            for statement in properties["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    allowed = statement["Action"]
                    key = json.dumps(resource)
                    actions.setdefault(key, []).extend(allowed if isinstance(allowed, list) else [allowed])
        return {resource: sorted(allowed) for resource, allowed in actions.items()}

    return collect
