"""What the inventory runs on, chosen by context: the same code, routes and events on either."""

from constructs import Construct

from mach_constructs import Compute, FargateCompute, LambdaCompute
from stacks.network import NetworkStack

CONTEXT = "storefront:inventory-compute"
_FOLDER = "lambdas/inventory"


class UnknownComputeError(Exception):
    """The context names something else."""


def inventory_compute(app: Construct) -> Compute:
    """Give Lambda, or Fargate with a network for it when `cdk synth -c storefront:inventory-compute=fargate` says so.

    Args:
        app: The app; the stack "Network" is added to it when it is needed.

    Raises:
        UnknownComputeError: The context is neither "lambda" nor "fargate".
    """
    chosen: object = app.node.try_get_context(CONTEXT) or "lambda"
    if chosen == "lambda":
        return LambdaCompute(_FOLDER)
    if chosen == "fargate":
        return FargateCompute(_FOLDER, network=NetworkStack(app, "Network").network)
    raise UnknownComputeError(f'context {CONTEXT} must be "lambda" or "fargate", got {chosen!r}')
