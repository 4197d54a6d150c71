"""An event is a call with the connection's key, the body and the headers that were asked for.

CloudFormation's connections and destinations are accepted here, not made; so the same properties make them by the API.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Template

from mach_constructs import ApiKey, EventMesh, Webhook
from tests.local.fixups.conftest import RunningServer

from .conftest import OrderPlaced, eventually, put_event

Call = tuple[str, dict[str, str], dict[str, Any]]


@pytest.fixture
def sink() -> Iterator[tuple[str, list[Call]]]:
    """An address that takes every call."""
    calls: list[Call] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            calls.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", calls
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_event_is_a_call(aws: RunningServer, stack: Stack, mesh: EventMesh, sink: tuple[str, list[Call]]) -> None:
    url, calls = sink
    Webhook(
        stack,
        "Partner",
        mesh=mesh,
        events=[OrderPlaced],
        url="https://partner.example/orders",
        authorization=ApiKey(secretsmanager.Secret.from_secret_name_v2(stack, "Key", "partner"), header="X-Api-Key"),
        method=events.HttpMethod.PUT,
        body=events.RuleTargetInput.from_event_path("$.detail"),
        headers={"X-Shop": "one"},
    )
    template = Template.from_stack(stack)

    def only(resource_type: str) -> dict[str, Any]:
        (resource,) = template.find_resources(resource_type).values()
        properties: dict[str, Any] = resource["Properties"]
        return properties

    connection, destination = only("AWS::Events::Connection"), only("AWS::Events::ApiDestination")
    rule, target = only("AWS::Events::Rule"), only("AWS::Events::Rule")["Targets"][0]
    client = aws.client("events")
    client.create_event_bus(Name="webhook-bus")
    connection_arn = client.create_connection(
        Name="partner",
        AuthorizationType=connection["AuthorizationType"],
        AuthParameters={
            "ApiKeyAuthParameters": {**connection["AuthParameters"]["ApiKeyAuthParameters"], "ApiKeyValue": "secret"}
        },
    )["ConnectionArn"]
    destination_arn = client.create_api_destination(
        Name="partner",
        ConnectionArn=connection_arn,
        InvocationEndpoint=f"{url}/orders",
        HttpMethod=destination["HttpMethod"],
        InvocationRateLimitPerSecond=destination["InvocationRateLimitPerSecond"],
    )["ApiDestinationArn"]
    client.put_rule(Name="partner", EventBusName="webhook-bus", EventPattern=json.dumps(rule["EventPattern"]))
    client.put_targets(
        Rule="partner",
        EventBusName="webhook-bus",
        Targets=[
            {
                "Id": "Target0",
                "Arn": destination_arn,
                "RoleArn": "arn:aws:iam::000000000000:role/partner",
                "InputPath": target["InputPath"],
                "HttpParameters": target["HttpParameters"],
                "RetryPolicy": target["RetryPolicy"],
            }
        ],
    )
    put_event(aws, "webhook-bus", {"id": "1"})

    eventually(lambda: calls)
    ((path, headers, body),) = calls
    assert path == "/orders"
    assert headers["x-api-key"] == "secret"
    assert headers["x-shop"] == "one"
    assert body == {"metadata": {"version": 1, "event_id": "e-1"}, "data": {"id": "1"}}
