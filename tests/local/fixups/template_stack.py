"""A stack of a template as it is, deployed to one of the servers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from .conftest import SOON, RunningServer


@dataclass(frozen=True, kw_only=True)
class TemplateStack:
    """A stack that is deployed.

    Args:
        server: Where.
        name: The stack's name.
    """

    server: RunningServer
    name: str

    @property
    def outputs(self) -> Mapping[str, str]:
        """Its outputs as they are now."""
        (stack,) = self.server.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def update(self, template: str, *, until: str = "stack_update_complete") -> None:
        """Updates it and waits until that is done.

        Args:
            template: The new one.
            until: Name of the SDK's waiter.
        """
        stacks = self.server.client("cloudformation")
        stacks.update_stack(StackName=self.name, TemplateBody=template)
        stacks.get_waiter(until).wait(StackName=self.name, WaiterConfig=SOON)


@contextmanager
def deployed(server: RunningServer, name: str, template: str) -> Iterator[TemplateStack]:
    """A stack, which is deleted at the end: other tests of this server count what is there."""
    stacks = server.client("cloudformation")
    stacks.create_stack(StackName=name, TemplateBody=template)
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=SOON)
    try:
        yield TemplateStack(server=server, name=name)
    finally:
        stacks.delete_stack(StackName=name)
        stacks.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=SOON)
