"""Composes the storefront; `cdk.json` runs it."""

import sys

import aws_cdk as cdk

from stacks.catalog import CatalogStack
from stacks.inventory import InventoryStack
from stacks.inventory_compute import UnknownComputeError, inventory_compute
from stacks.operations import OperationsStack
from stacks.platform import PlatformStack
from stacks.search import SearchStack


def compose(app: cdk.App) -> None:
    """Adds every stack of the storefront to the app: the platform, one stack a service, and what operators look at.

    The stacks take account and region from whoever deploys them, so synthesis asks AWS nothing.

    Args:
        app: The app that is synthesized.

    Raises:
        UnknownComputeError: The context asks for a compute that there is not.
    """
    platform = PlatformStack(app, "Platform")
    services = [
        CatalogStack(app, "Catalog", front=platform.front, mesh=platform.mesh).service,
        InventoryStack(
            app, "Inventory", compute=inventory_compute(app), front=platform.front, mesh=platform.mesh
        ).service,
        SearchStack(app, "Search", front=platform.front, mesh=platform.mesh).service,
    ]
    OperationsStack(app, "Operations", front=platform.front, services=services)
    cdk.Tags.of(app).add("application", "storefront")


if __name__ == "__main__":
    app = cdk.App()
    try:
        compose(app)
    except UnknownComputeError as error:
        sys.exit(str(error))
    app.synth()
