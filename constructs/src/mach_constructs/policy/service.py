"""Where one service ends and the next begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from constructs import IConstruct

from mach_constructs.policy.assembly import Assembly
from mach_constructs.policy.resource import Resource

SERVICE_METADATA = "mach-constructs:service"
"""Type of the metadata by which a construct says that it is a service."""

_COMPUTE = (
    "AWS::Lambda::Function",
    "AWS::ECS::TaskDefinition",
    "AWS::StepFunctions::StateMachine",
    "AWS::EC2::Instance",
)


def mark_as_service(construct: IConstruct, name: str) -> None:
    """Say that a construct is a service, so that what is in it belongs together. No template changes.

    Args:
        construct: Whose resources they are.
        name: The service's name.
    """
    construct.node.add_metadata(SERVICE_METADATA, name)


@dataclass(frozen=True)
class Service:
    """Who owns resources.

    Attributes:
        name: As its team calls it.
        path: Construct path of a `Microservice` or of a stack; empty for one that was declared.
        runs: Whether it has anything that runs, so that a table may be its own.
    """

    name: str
    path: str
    runs: bool = True

    def __str__(self) -> str:
        """Give name and place, as messages say it."""
        return f"{self.name!r} ({self.path})" if self.path and self.path != self.name else repr(self.name)


class Services:
    """Which service a resource belongs to.

    The first of these that holds: what was declared, the `Microservice` around it, the only `Microservice` of its
    stack, its stack.

    Args:
        assembly: All resources.
        declared: Construct paths of services by name.
    """

    def __init__(self, assembly: Assembly, declared: Mapping[str, Sequence[str]]) -> None:
        self._declared = {path: Service(name, "") for name, paths in declared.items() for path in paths}
        self._marked = {
            path: Service(str(data), path)
            for path, entries in assembly.metadata.items()
            for kind, data in entries
            if kind == SERVICE_METADATA
        }
        self._residents: dict[str, list[Service]] = {}
        for stack in {resource.template.top_stack_path for resource in assembly.resources()}:
            self._residents[stack] = []
        for service in self._marked.values():
            path = service.path
            while path and path not in self._residents:
                path = path.rpartition("/")[0]
            self._residents.setdefault(path, []).append(service)
        self._running = {resource.template.top_stack_path for resource in assembly.of_type(*_COMPUTE)}

    def owner(self, resource: Resource) -> Service:
        """Give the service that a resource belongs to.

        Args:
            resource: Any resource.
        """
        stack = resource.template.top_stack_path
        inner = _enclosing(self._declared, resource.path) or _enclosing(self._marked, resource.path)
        if inner is not None:
            return inner
        residents = self._residents[stack]
        return residents[0] if len(residents) == 1 else Service(stack, stack, runs=stack in self._running)


def _enclosing(services: Mapping[str, Service], path: str) -> Service | None:
    while path:
        if path in services:
            return services[path]
        path = path.rpartition("/")[0]
    return None
