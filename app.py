"""Composes the storefront; `cdk.json` runs it."""

import aws_cdk as cdk

from stacks.catalog import CatalogStack
from stacks.inventory import InventoryStack
from stacks.platform import PlatformStack
from stacks.search import SearchStack


def compose(app: cdk.App) -> None:
    """Adds every stack of the storefront to the app: the platform, and one stack a service.

    The stacks take account and region from whoever deploys them, so synthesis asks AWS nothing.

    Args:
        app: The app that is synthesized.
    """
    platform = PlatformStack(app, "Platform")
    CatalogStack(app, "Catalog", front=platform.front, mesh=platform.mesh)
    InventoryStack(app, "Inventory", front=platform.front, mesh=platform.mesh)
    SearchStack(app, "Search", front=platform.front, mesh=platform.mesh)
    cdk.Tags.of(app).add("application", "storefront")


if __name__ == "__main__":
    app = cdk.App()
    compose(app)
    app.synth()
