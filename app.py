"""Composes the storefront; `cdk.json` runs it."""

import sys

import aws_cdk as cdk

from stacks.inventory_compute import UnknownComputeError
from stacks.operations import OperationsStack
from stacks.platform import PlatformStack
from stacks.services import services


def compose(app: cdk.App) -> None:
    """Adds every stack of the storefront to the app: the platform, one stack a service, and what operators look at.

    The stacks take account and region from whoever deploys them, so synthesis asks AWS nothing.

    Args:
        app: The app that is synthesized.

    Raises:
        UnknownComputeError: The context asks for a compute that there is not.
    """
    scopes = [scope for service in services() for scope in service.scopes]
    platform = PlatformStack(app, "Platform", scopes=scopes)
    stacks = [service.stack(app, service.id, front=platform.front, mesh=platform.mesh) for service in services()]
    OperationsStack(app, "Operations", front=platform.front, services=[stack.service for stack in stacks])
    cdk.Tags.of(app).add("application", "storefront")


if __name__ == "__main__":
    app = cdk.App()
    try:
        compose(app)
    except UnknownComputeError as error:
        sys.exit(str(error))
    app.synth()
