"""The resources of one template or several, and what their properties refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Template = Mapping[str, Any]
Key = tuple[str, str]
"""A resource: its stack and its logical id."""

# Whoever names one of these means what stands behind it.
_STANDS_FOR = {
    "AWS::ApiGatewayV2::Integration": "IntegrationUri",
    "AWS::ECS::TaskDefinition": "",
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::Lambda::Version": "FunctionName",
    "AWS::ServiceDiscovery::Service": "",
    "AWS::StepFunctions::StateMachineAlias": "RoutingConfiguration",
    "AWS::StepFunctions::StateMachineVersion": "StateMachineArn",
}
_ROLES = {"AWS::Lambda::Function": "Role", "AWS::StepFunctions::StateMachine": "RoleArn"}


@dataclass(frozen=True)
class Resources:
    """Every resource of an app.

    Attributes:
        templates: Each stack's template by the stack's name.
    """

    templates: Mapping[str, Template]

    @cached_property
    def all(self) -> Mapping[Key, Any]:
        """Each resource, as its template has it."""
        return {
            (stack, logical_id): resource
            for stack, template in self.templates.items()
            for logical_id, resource in template.get("Resources", {}).items()
        }

    def of_type(self, resource_type: str) -> Iterator[tuple[Key, Mapping[str, Any]]]:
        """The resources of a type with their properties."""
        for key, resource in self.all.items():
            if resource["Type"] == resource_type:
                yield key, resource.get("Properties", {})

    def properties(self, key: Key) -> Mapping[str, Any]:
        """A resource's properties."""
        properties: Mapping[str, Any] = self.all[key].get("Properties", {})
        return properties

    def referred(self, stack: str, value: object) -> Iterator[Key]:
        """The resources that a value refers to, in its own stack or through another one's outputs.

        Args:
            stack: Where the value stands.
            value: Any part of a template.
        """
        if isinstance(value, list):
            for inner in value:
                yield from self.referred(stack, inner)
        elif isinstance(value, Mapping):
            match value:
                case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                    if (stack, name) in self.all:
                        yield stack, name
                case {"Fn::GetStackOutput": {"StackName": str(other), "OutputName": str(name)}}:
                    yield from self.referred(other, self.templates[other]["Outputs"][name]["Value"])
                case _:
                    for inner in value.values():
                        yield from self.referred(stack, inner)

    def meant(self, stack: str, value: object) -> Iterator[Key]:
        """The same, but for what only stands for another resource, such as an alias, that other one."""
        for key in self.referred(stack, value):
            resource_type = self.all[key]["Type"]
            if resource_type not in _STANDS_FOR:
                yield key
            elif behind := self._behind.get(key):
                yield behind
            else:
                yield from self.meant(key[0], self.properties(key).get(_STANDS_FOR[resource_type]))

    @cached_property
    def _behind(self) -> Mapping[Key, Key]:
        """The ECS service that uses a task definition, or that a Cloud Map service finds."""
        return {
            part: service
            for service, properties in self.of_type("AWS::ECS::Service")
            for name in ("TaskDefinition", "ServiceRegistries")
            for part in self.referred(service[0], properties.get(name))
        }

    @cached_property
    def bearers(self) -> Mapping[Key, Key]:
        """Who acts under a role."""
        found: dict[Key, Key] = {}
        for resource_type, name in _ROLES.items():
            for key, properties in self.of_type(resource_type):
                found |= dict.fromkeys(self.referred(key[0], properties.get(name)), key)
        for task, properties in self.of_type("AWS::ECS::TaskDefinition"):
            if service := self._behind.get(task):
                found |= dict.fromkeys(self.referred(task[0], properties.get("TaskRoleArn")), service)
        return found

    @cached_property
    def dead_letters(self) -> frozenset[Key]:
        """Queues that hold what could not be delivered."""
        found: set[Key] = set()
        for (stack, _), resource in self.all.items():
            properties = resource.get("Properties", {})
            destinations = [
                properties.get("RedrivePolicy"),
                properties.get("DeadLetterConfig"),
                *[
                    target.get("DeadLetterConfig")
                    for target in properties.get("Targets", [])
                    if isinstance(target, dict)
                ],
            ]
            if isinstance(configuration := properties.get("DestinationConfig"), Mapping):
                destinations.append(configuration.get("OnFailure"))
            found |= {key for value in destinations for key in self.referred(stack, value)}
        return frozenset(key for key in found if self.all[key]["Type"] == "AWS::SQS::Queue")
