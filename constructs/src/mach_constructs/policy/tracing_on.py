"""Requests can be followed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mach_constructs.policy.invocations import answers_cloudformation_only
from mach_constructs.policy.json_values import is_true, objects
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import Finding, SynthesizedApp

_COLLECTOR = re.compile(r"aws-otel-collector|opentelemetry-collector|xray-daemon|cloudwatch-agent")
_ON = {
    "AWS::StepFunctions::StateMachine": ("TracingConfiguration", "Enabled"),
    "AWS::ApiGateway::Stage": ("TracingEnabled",),
    "AWS::Serverless::Api": ("TracingEnabled",),
    "AWS::AppSync::GraphQLApi": ("XrayEnabled",),
}


class TracingOn:
    """Functions, state machines, REST and GraphQL APIs and ECS tasks send traces to X-Ray.

    HTTP APIs cannot (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html). An ECS task
    does by a collector that runs beside it, known by its image or its name. Functions that only answer
    CloudFormation serve no request.
    """

    name = "TracingOn"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        provisioning = answers_cloudformation_only(app)
        for function in app.assembly.of_type("AWS::Lambda::Function"):
            if function.get("TracingConfig", "Mode") != "Active" and function not in provisioning:
                yield self._finding(function, "TracingConfig.Mode", "Give the function `tracing=Tracing.ACTIVE`.")
        for resource in app.assembly.of_type(*_ON):
            keys = _ON[resource.type]
            if not is_true(resource.get(*keys)):
                yield self._finding(resource, ".".join(keys), f"Set {'.'.join(keys)} to true.")
        for task in app.assembly.of_type("AWS::ECS::TaskDefinition"):
            containers = objects(task.get("ContainerDefinitions"))
            # A copy of the image in the account's own registry says nothing; then the container's name does.
            said = [app.references.text(task.template, box.get(key)) for box in containers for key in ("Image", "Name")]
            if not any(_COLLECTOR.search(text) for text in said):
                yield self._finding(
                    task, "ContainerDefinitions", "Run an AWS Distro for OpenTelemetry collector beside the container."
                )

    def _finding(self, resource: Resource, place: str, fix: str) -> Finding:
        return Finding(self.name, resource, f"{resource.construct} ({resource.type}) sends no traces", fix, place)
