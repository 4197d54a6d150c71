"""Deploys and destroys single stacks by the real CDK CLI, as `make up` deploys all of them."""

from local import tokens
from local.aws import LocalAws
from local.deployment import Deployment
from local.places import CHECKOUT, Places
from tests.local.deployed.storefront import Storefront
from tests.local.independence.composition import Composition


class StackByStack(Deployment):
    """A deployment that knows single stacks.

    Args:
        endpoint: The server's URL.
        places: Where the assembly and the CLI's output are.
    """

    def __init__(self, endpoint: str, places: Places) -> None:
        super().__init__(endpoint, places)
        self._aws = LocalAws(endpoint)

    def deploy_one(self, stack: str, *, of: Composition) -> None:
        """Deploys a stack, and what it needs."""
        self._cdk("deploy", stack, f"--app={of.folder}", "--require-approval=never", folder=CHECKOUT)

    def destroy(self, stack: str, *, of: Composition) -> None:
        """Destroys a stack, and what needs it."""
        self._cdk("destroy", stack, f"--app={of.folder}", "--force", folder=CHECKOUT)

    def stacks(self) -> set[str]:
        """The stacks that are there, but for the CLI's own."""
        return set(self._aws.stack_names()) - {"CDKToolkit"}

    def storefront(self) -> Storefront:
        """What is deployed, as its clients see it."""
        return Storefront(
            url=self._aws.api_url(),
            endpoint=self._aws.endpoint,
            merchant_token=tokens.merchant_token(self._aws),
            customer_token="",
        )
