"""What functions are told by variables: names that Lambda takes, and 4 KB in all, whoever adds them and when."""

from pathlib import Path

import pytest
from aws_cdk import App, Aws, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from mach_constructs import HttpFront, LambdaCompute, Microservice, Route
from mach_constructs.compute.environment_variables import require_task_variables
from mach_constructs.compute.service_function import ServiceFunction

ORDERS = Path(__file__).parent / "fixtures/orders"
ROUTES = [Route(f"GET /v1/orders/{number}/of-the-region", scopes=["orders/read-in-region"]) for number in range(64)]


def function(stack: Stack, **environment: str) -> ServiceFunction:
    return ServiceFunction(
        stack,
        "Report",
        compute=LambdaCompute(ORDERS, environment={"OWN": "x" * 2000}),
        handler="api.handler",
        description="Writes a report",
        default_timeout=Duration.seconds(3),
        environment=environment,
    )


def test_what_the_service_adds_counts_too(stack: Stack) -> None:
    with pytest.raises(
        ValueError,
        match="environment of Service/Report/Function must be at most 4096 bytes as JSON, got 4121, of which most are "
        "in ADDED, OWN",
    ):
        function(stack, ADDED="x" * 2100)


def test_scopes_of_many_routes_are_refused_by_the_variable_they_are_in(stack: Stack, front: HttpFront) -> None:
    with pytest.raises(ValueError, match=r"must be at most 4096 bytes as JSON, got .* in ROUTE_ACCESS, "):
        Microservice(stack, "Orders", compute=LambdaCompute(ORDERS), front=front, routes=ROUTES)


def test_of_a_reference_the_text_around_it_counts(app: App, stack: Stack) -> None:
    function(stack, ADDED=f"{'x' * 2075}{Aws.REGION}")  # 4096 bytes, and the region's name
    with pytest.raises(ValueError, match="got 4097, of which most are in ADDED, OWN"):
        function(Stack(app, "Other"), ADDED=f"{'x' * 1000}{Aws.REGION}{'x' * 1076}")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("LATER", "x" * 2100, "environment of Service/Report/Function must be at most 4096 bytes as JSON, got 4121"),
        ("A-B", "x", "environment of Service/Report/Function must have names of at least two letters.*got 'A-B'"),
    ],
)
def test_what_is_added_later_is_refused_at_synthesis(stack: Stack, name: str, value: str, message: str) -> None:
    function(stack).function.add_environment(name, value)
    with pytest.raises(RuntimeError, match=message):
        Template.from_stack(stack)


def test_a_function_that_exists_has_no_more_room(stack: Stack) -> None:
    existing = lambda_.Function(
        stack,
        "Legacy",
        code=lambda_.InlineCode("..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        environment={"OWN": "x" * 4070},
    )
    with pytest.raises(ValueError, match="environment of Service/Legacy must be at most 4096 bytes as JSON, got"):
        Microservice(
            stack, "Old", compute=existing, front=HttpFront(stack, "Front"), routes=[Route("GET /v1/old", public=True)]
        )


def test_a_container_has_room_for_a_task_definition() -> None:
    require_task_variables("environment of Web", {"ROUTES": "x" * 65_511, "REGION": Aws.REGION})
    with pytest.raises(ValueError, match="environment of Web must be at most 65536 bytes as JSON, got 65537, of which"):
        require_task_variables("environment of Web", {"ROUTES": "x" * 65_524})
