"""Deploys and destroys single stacks by the real CDK CLI, as `make up` deploys all of them."""

from pathlib import Path

from local.deployment import Deployment
from local.places import CHECKOUT, Places
from tests.local.composition import Composition
from tests.storefront_app import STACKS


class ByCommandLine(Deployment):
    """A deployment that knows single stacks.

    Args:
        endpoint: The server's URL.
        root: The folder for the CLI's output.
        composition: What is deployed.
        changed: The same after an edit of each service's stack.
    """

    def __init__(self, endpoint: str, root: Path, *, composition: Composition, changed: Composition) -> None:
        places = Places(root=root)
        super().__init__(endpoint, places)
        places.assembly.symlink_to(composition.folder)
        self._composition = composition
        self._changed = changed

    def deploy_first(self, stack: str) -> None:
        """Deploys a stack, and what it needs."""
        self._deploy_one(stack, of=self._composition)

    def deploy_all(self) -> dict[str, bool]:
        """Deploys every stack; gives for each whether anything changed."""
        return self.deploy(lambda _line: None)

    def change(self, stack: str) -> None:
        """Deploys a stack that was edited."""
        self._deploy_one(stack, of=self._changed)

    def destroy(self, stack: str) -> None:
        """Destroys a stack, and what needs it."""
        self._cdk("destroy", stack, f"--app={self._composition.folder}", "--force", folder=CHECKOUT)

    def bring_back(self, stack: str) -> None:
        """Deploys everything again, which touches nothing but what was destroyed."""
        gone = self._composition.with_dependents(stack)
        assert self.deploy_all() == {other: other in gone for other in STACKS}

    def _deploy_one(self, stack: str, *, of: Composition) -> None:
        self._cdk("deploy", stack, f"--app={of.folder}", "--require-approval=never", folder=CHECKOUT)
