"""What the functions of the webhooks service may do, and whom they may call."""

import aws_cdk as cdk
import pytest

from mach_constructs import EventMesh, HttpFront, JwtInService
from stacks.webhooks import LOOPBACK_CONTEXT, WebhooksStack
from tests.stacks.granted import granted

FUNCTIONS = ("WebhooksApi", "WebhooksEvents", "WebhooksDeliver")


def used_on_keys(function: str) -> set[str]:
    return {action for action in granted("Webhooks", function) if action.startswith("kms:")}


def test_who_makes_secrets_cannot_read_them_and_who_reads_them_serves_no_route() -> None:
    assert used_on_keys("WebhooksApi") == {"kms:Encrypt"}
    assert used_on_keys("WebhooksDeliver") == {"kms:Decrypt"}
    assert used_on_keys("WebhooksEvents") == set()


def test_nobody_scans_and_only_the_relay_publishes() -> None:
    for function in FUNCTIONS:
        assert not granted("Webhooks", function) & {"dynamodb:Scan", "events:PutEvents"}
    assert "events:PutEvents" in granted("Webhooks", "WebhooksOutboxRelay")


@pytest.mark.parametrize(("context", "allowed"), [({}, False), ({LOOPBACK_CONTEXT: "true"}, True)])
def test_this_machine_is_called_only_where_the_context_says_so(context: dict[str, str], allowed: bool) -> None:
    app = cdk.App(context={**context, "aws:cdk:bundling-stacks": []})
    platform = cdk.Stack(app, "Platform")
    front = HttpFront(platform, "Front", authorization=JwtInService(issuer="https://issuer.example", client_ids=["a"]))
    WebhooksStack(app, "Webhooks", front=front, mesh=EventMesh(platform, "Mesh"))
    template = app.synth().get_stack_by_name("Webhooks").template
    variables = [
        resource["Properties"]["Environment"]["Variables"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function" and "SECRETS_KEY" in str(resource["Properties"])
    ]
    assert len(variables) == len(FUNCTIONS)
    assert {"LOOPBACK_ALLOWED" in each for each in variables} == {allowed}
