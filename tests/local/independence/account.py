"""A local AWS with single stacks of the storefront."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import aws, daemon, tokens
from local.aws import LocalAws
from local.places import Places
from tests.local.deployed.storefront import Storefront
from tests.ports import unused_port


class Account:
    """What is deployed to a local AWS.

    Args:
        endpoint: The server's URL.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def stacks(self) -> set[str]:
        """The stacks that are there, but for the CLI's own."""
        return set(LocalAws(self.endpoint).stack_names()) - {"CDKToolkit"}

    @contextmanager
    def storefront(self) -> Iterator[Storefront]:
        """The storefront, as its clients see it: the platform is there."""
        local = LocalAws(self.endpoint)
        storefront = Storefront(
            url=local.api_url(),
            endpoint=self.endpoint,
            merchant_token=tokens.merchant_token(local),
            customer_token="",
        )
        try:
            yield storefront
        finally:
            storefront.close()


@contextmanager
def empty_account(root: Path) -> Iterator[Account]:
    """A local AWS of its own with nothing in it.

    Args:
        root: The folder for its files.
    """
    places = Places(root=root)
    server = daemon.start(places, port=unused_port())
    try:
        with pytest.MonkeyPatch.context() as shell:
            for name, value in aws.environment(server.url, {}).items():
                shell.setenv(name, value)  # the commands' client of AWS leaves them set
            yield Account(server.url)
    finally:
        daemon.stop(places)
