"""A stack with one ECS service behind an HTTP API, as small as it can be, and the image it runs."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from local.container_images import ContainerImages
from local.places import Places

from .conftest import SOON, RunningServer

IAM = ["CAPABILITY_IAM"]
ADDRESS = "000000000000.dkr.ecr.us-east-1.amazonaws.com/images"
PROGRAM = """
import http.server, json, os, pathlib, signal, sys, threading, time

started = time.monotonic()
print(f"version {os.environ['VERSION']} starts in {os.getcwd()}", flush=True)
if os.environ["VERSION"] == "broken":
    sys.exit("the table has no name")

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, what = 200, None
        if self.path == "/health":
            status = 503 if pathlib.Path(os.environ["TMPDIR"], "ill").exists() else 200
            what = "well"
        elif self.path == "/v1/ill":
            pathlib.Path(os.environ["TMPDIR"], "ill").touch()
        elif self.path == "/v1/exit":
            threading.Timer(0.1, os._exit, [3]).start()
        elif self.path == "/v1/slow":
            time.sleep(3)
        elif self.path == "/v1/environment":
            what = dict(os.environ)
        elif self.path == "/v1/imports":
            import importlib.util
            what = {name: bool(importlib.util.find_spec(name)) for name in ("boto3", "httpx", "beside")}
        else:
            what = {"version": os.environ["VERSION"], "pid": os.getpid(), "path": self.path,
                    "headers": dict(self.headers)}
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass

def end(number, frame):
    print("ends in order", flush=True)
    os._exit(0)

signal.signal(signal.SIGTERM, end)
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""
HEALTH = "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health')"


def template(*, version: str, count: int = 1, tag: str = "1", health: bool = True) -> str:
    """The stack's template."""
    container: dict[str, Any] = {
        "Name": "service",
        "Image": f"{ADDRESS}:{tag}",
        "Command": ["python", "server.py"],
        "Environment": [
            {"Name": "HOST", "Value": "0.0.0.0"},
            {"Name": "PORT", "Value": "8080"},
            {"Name": "VERSION", "Value": version},
            {"Name": "API_URL", "Value": {"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}},
            {"Name": "OTEL_EXPORTER_OTLP_ENDPOINT", "Value": "http://127.0.0.1:4318"},
        ],
        "PortMappings": [{"ContainerPort": 8080}],
        "StopTimeout": 5,
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {
                "awslogs-group": {"Ref": "Logs"},
                "awslogs-stream-prefix": "web",
                "awslogs-region": "us-east-1",
            },
        },
    }
    if health:
        container["HealthCheck"] = {
            "Command": ["CMD", "python", "-c", HEALTH],
            "Interval": 1,
            "Retries": 2,
            "StartPeriod": 20,
        }
    resources: dict[str, Any] = {
        "Logs": {"Type": "AWS::Logs::LogGroup"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        }
                    ]
                },
                "Policies": [
                    {
                        "PolicyName": "one",
                        "PolicyDocument": {
                            "Statement": [{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}]
                        },
                    }
                ],
            },
        },
        "Cluster": {"Type": "AWS::ECS::Cluster"},
        "Namespace": {
            "Type": "AWS::ServiceDiscovery::HttpNamespace",
            "Properties": {"Name": {"Fn::Sub": "${AWS::StackName}.internal"}},
        },
        "Registry": {
            "Type": "AWS::ServiceDiscovery::Service",
            "Properties": {"NamespaceId": {"Ref": "Namespace"}},
        },
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "TaskRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "ContainerDefinitions": [
                    {"Name": "collector", "Image": f"{ADDRESS}:collector", "Essential": False},
                    container,
                ],
            },
        },
        "Service": {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "Cluster": {"Ref": "Cluster"},
                "TaskDefinition": {"Ref": "Task"},
                "DesiredCount": count,
                "ServiceRegistries": [{"RegistryArn": {"Fn::GetAtt": ["Registry", "Arn"]}, "ContainerName": "service"}],
            },
        },
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "a", "ProtocolType": "HTTP"}},
        "Stage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True},
        },
        "Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "IntegrationType": "HTTP_PROXY",
                "IntegrationMethod": "ANY",
                "ConnectionType": "VPC_LINK",
                "ConnectionId": "link",
                "IntegrationUri": {"Fn::GetAtt": ["Registry", "Arn"]},
                "PayloadFormatVersion": "1.0",
                "TimeoutInMillis": 1000,
                "RequestParameters": {
                    "overwrite:header.x-request": "$context.requestId",
                    "overwrite:header.x-api": "$context.apiId",
                    "overwrite:header.x-source": "$context.identity.sourceIp",
                    "overwrite:path": "$request.path",
                },
            },
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "GET /v1/{thing+}",
                "Target": {"Fn::Sub": "integrations/${Integration}"},
            },
        },
    }
    outputs = {
        "Api": {"Value": {"Ref": "Api"}},
        "Cluster": {"Value": {"Ref": "Cluster"}},
        "Service": {"Value": {"Fn::GetAtt": ["Service", "Name"]}},
        "Logs": {"Value": {"Ref": "Logs"}},
        "Registry": {"Value": {"Ref": "Registry"}},
        "Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


def publish_image(server: RunningServer, context: Path) -> None:
    """Publishes the image, as the CDK CLI would by its steps."""
    context.mkdir(parents=True, exist_ok=True)
    (context / "server.py").write_text(PROGRAM)
    (context / "beside.py").write_text("")
    ContainerImages(Places(root=server.root).container_images).build(f"{ADDRESS}:1", context)


class EcsStack:
    """The stack, deployed."""

    def __init__(self, server: RunningServer, name: str) -> None:
        self.server, self.name = server, name

    def create(self, body: str) -> str:
        """Creates it; gives the status it ends with."""
        self.server.client("cloudformation").create_stack(StackName=self.name, TemplateBody=body, Capabilities=IAM)
        return self.settled()

    def update(self, body: str) -> str:
        """Updates it; gives the status it ends with."""
        self.server.client("cloudformation").update_stack(StackName=self.name, TemplateBody=body, Capabilities=IAM)
        return self.settled()

    def delete(self) -> None:
        stacks = self.server.client("cloudformation")
        stacks.delete_stack(StackName=self.name)
        stacks.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig=SOON)

    def settled(self) -> str:
        stacks, deadline = self.server.client("cloudformation"), time.monotonic() + 60
        while (status := stacks.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]).endswith("PROGRESS"):
            assert time.monotonic() < deadline, status
            time.sleep(0.1)
        return str(status)

    def reasons(self) -> str:
        events = self.server.client("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)

    @property
    def outputs(self) -> dict[str, str]:
        stack = self.server.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    @property
    def service(self) -> dict[str, Any]:
        """The service as ECS describes it."""
        found: dict[str, Any] = self.server.client("ecs").describe_services(
            cluster=self.outputs["Cluster"], services=[self.outputs["Service"]]
        )["services"][0]
        return found

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Asks the service by its API."""
        url = f"http://127.0.0.1:{self.server.port}/_aws/execute-api/{self.outputs['Api']}{path}"
        return httpx.get(url, timeout=30, **options)

    def printed(self) -> list[str]:
        events = self.server.client("logs").filter_log_events(logGroupName=self.outputs["Logs"])["events"]
        return [event["message"] for event in events]


@contextmanager
def deployed(server: RunningServer, name: str, context: Path, **options: Any) -> Iterator[EcsStack]:
    """The stack, created and deleted again."""
    publish_image(server, context)
    stack = EcsStack(server, name)
    status = stack.create(template(**{"version": "one", **options}))
    assert status == "CREATE_COMPLETE", stack.reasons()
    yield stack
    stack.delete()
