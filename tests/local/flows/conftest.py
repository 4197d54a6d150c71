"""What the constructs synthesize, deployed to a local AWS of its own by CloudFormation, with real handlers."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aws_cdk import App, DefaultStackSynthesizer, Duration, Stack
from aws_cdk.assertions import Template

from local.python_runtime import LOCAL_RUNTIME
from mach_constructs import EventMesh, LambdaCompute, ServiceFunction
from tests import cdk_app
from tests.local.fixups.conftest import SOON, RunningServer


class OrderPlaced:
    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "OrderPlaced"
    version: ClassVar[int] = 1


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path_factory.mktemp("aws"), with_fixups=True)
    yield server
    server.stop()


@pytest.fixture
def app() -> App:
    return cdk_app.new_app()


@pytest.fixture
def stack(app: App, request: pytest.FixtureRequest) -> Stack:
    name = "".join(character for character in request.node.name.title() if character.isalnum())
    return Stack(app, name[:100], synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))


@pytest.fixture
def mesh(stack: Stack) -> EventMesh:
    return EventMesh(stack, "Mesh")


@pytest.fixture
def deploy(aws: RunningServer) -> Callable[[Stack], Mapping[str, str]]:
    return lambda stack: deploy_stack(aws, stack)


def deploy_stack(aws: RunningServer, stack: Stack) -> Mapping[str, str]:
    """Creates a stack by CloudFormation; gives the physical ids by logical ones."""
    template = Template.from_stack(stack).to_json()
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Code"] = {"S3Bucket": "code", "S3Key": upload(aws, resource)}
            resource["Properties"]["Runtime"] = LOCAL_RUNTIME
    key = f"{stack.stack_name}.template.json"
    aws.client("s3").create_bucket(Bucket="code")
    aws.client("s3").put_object(Bucket="code", Key=key, Body=json.dumps(template).encode())
    formation = aws.client("cloudformation")
    formation.create_stack(
        StackName=stack.stack_name,
        TemplateURL=f"http://127.0.0.1:{aws.port}/code/{key}",
        Capabilities=["CAPABILITY_IAM"],
    )
    formation.get_waiter("stack_create_complete").wait(StackName=stack.stack_name, WaiterConfig=SOON)
    resources = formation.describe_stack_resources(StackName=stack.stack_name)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


FIXTURES = Path(__file__).parents[2] / "constructs" / "fixtures"
LIBRARY = Path(__file__).parents[3] / "constructs" / "src" / "mach_constructs"
LAMBDAS = Path(__file__).parents[3] / "lambdas"
FOLDERS = {
    "caller": FIXTURES / "caller",
    "checkout": FIXTURES / "checkout",
    "listener": FIXTURES / "listener",
    "starter": LIBRARY / "workflow" / "starter",
    "unmatched_route": LIBRARY / "api" / "unmatched_route",
}

BESIDE = {"caller": [LAMBDAS / "edge", LAMBDAS / "service_client"]}
"""Packages that a function imports beside its own."""


def upload(aws: RunningServer, function: Mapping[str, Any]) -> str:
    """Puts a function's code into a bucket, as the CDK's assets do."""
    package = function["Properties"]["Handler"].partition(".")[0]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for folder in (FOLDERS[package], *BESIDE.get(package, [])):
            for source in folder.glob("*.py"):
                file.writestr(f"{folder.name}/{source.name}", source.read_text())
    storage = aws.client("s3")
    storage.create_bucket(Bucket="code")
    storage.put_object(Bucket="code", Key=package, Body=archive.getvalue())
    return package


def listener(stack: Stack) -> ServiceFunction:
    """A function that prints the ids of the orders it hears of."""
    return ServiceFunction(
        stack,
        "Listener",
        compute=LambdaCompute(FIXTURES / "listener"),
        handler="events.handler",
        description="Hears of orders",
        default_timeout=Duration.seconds(10),
    )


def heard(aws: RunningServer, resources: Mapping[str, str]) -> list[str]:
    """What the listener has printed."""
    (group,) = (value for name, value in resources.items() if name.startswith("ListenerLogGroup"))
    events = aws.client("logs").filter_log_events(logGroupName=group, filterPattern="heard")["events"]
    return [match[1] for event in events for match in re.finditer(r"heard ([\w-]+)", event["message"])]


def eventually(ask: Callable[[], Any], *, seconds: float = 20) -> Any:
    """What `ask` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{ask} stays {answer!r}"
        time.sleep(0.1)
    return answer


def put_event(aws: RunningServer, bus: str, data: Mapping[str, Any], *, event_id: str = "e-1") -> None:
    """Publishes an OrderPlaced."""
    detail = {"metadata": {"version": 1, "event_id": event_id}, "data": data}
    entry = {"Source": "shop.orders", "DetailType": "OrderPlaced", "Detail": json.dumps(detail), "EventBusName": bus}
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
