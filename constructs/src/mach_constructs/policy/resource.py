"""What synthesis wrote, as the rules read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mach_constructs.policy.json_values import at


@dataclass(frozen=True, eq=False)
class Template:
    """A stack's template.

    Attributes:
        file: Where it stands.
        stack_path: Construct path of the stack.
        stack_name: What other stacks call it by.
        body: The whole of it.
        paths: Construct path of each resource by logical id.
        parent: The resource that deploys it, if it is a nested stack's.
    """

    file: Path
    stack_path: str
    stack_name: str
    body: Mapping[str, object]
    paths: Mapping[str, str]
    parent: Resource | None = None
    resources: dict[str, Resource] = field(default_factory=dict)

    @property
    def top_stack_path(self) -> str:
        """Construct path of the stack that is deployed, which is another one for a nested stack."""
        return self.stack_path if self.parent is None else self.parent.template.top_stack_path


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource of a template.

    Attributes:
        template: Where it stands.
        logical_id: Its name there.
        type: Such as "AWS::SQS::Queue".
        properties: What it is made with.
    """

    template: Template
    logical_id: str
    type: str
    properties: Mapping[str, object]

    @property
    def path(self) -> str:
        """Construct path, such as "Orders/Service/Queue/Resource"."""
        return self.template.paths.get(self.logical_id, f"{self.template.stack_path}/{self.logical_id}")

    @property
    def construct(self) -> str:
        """Construct path of what a team wrote, without the level that CDK adds."""
        return self.path.removesuffix("/Resource")

    def get(self, *keys: str) -> object:
        """Follow keys into the properties.

        Args:
            keys: From the outermost.

        Returns:
            What stands there, or None.
        """
        return at(self.properties, *keys)


@dataclass(frozen=True, eq=False)
class Reference:
    """Part of an expression that stands for a resource, or for an attribute of one."""

    resource: Resource
    attribute: str
