"""The real CDK CLI deploys and destroys single services as the others' independence allows."""

from collections.abc import Iterator

import pytest

from tests.local.composition import Composition
from tests.local.independence.account import Account, empty_account
from tests.local.independence.by_command_line import ByCommandLine
from tests.local.independence.lifecycle import assert_it_changes_leaves_and_comes_back, own_and_others
from tests.storefront_app import STACKS

NEEDS_MOST = "Payments"
KINDS = {"plain": "Catalog", "with a workflow": "Checkout", "with secrets that it shares": NEEDS_MOST}
"""A service of each kind. That each service may come and go, the other modules show; here the CLI finds that too."""


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with empty_account(tmp_path_factory.mktemp("aws")) as account:
        yield account


@pytest.fixture(scope="module")
def first(
    account: Account, composition: Composition, changed: Composition, tmp_path_factory: pytest.TempPathFactory
) -> ByCommandLine:
    """One service on an AWS that was empty."""
    root = tmp_path_factory.mktemp("command-line")
    stacks = ByCommandLine(account.endpoint, root, composition=composition, changed=changed)
    stacks.bootstrap(lambda _line: None)
    stacks.deploy_first(NEEDS_MOST)
    assert account.stacks() == composition.with_needed(NEEDS_MOST)
    with account.storefront() as storefront:
        own, others = own_and_others(NEEDS_MOST, storefront, composition)
        assert own.served() == set(own.keys)
        assert others.served() == set()
    return stacks


@pytest.fixture(scope="module")
def everything(first: ByCommandLine, account: Account) -> ByCommandLine:
    """Everything, deployed over that."""
    first.deploy_all()
    assert account.stacks() == set(STACKS)
    return first


@pytest.mark.parametrize("service", KINDS.values(), ids=KINDS)
def test_a_service_changes_leaves_and_comes_back(
    service: str, everything: ByCommandLine, account: Account, composition: Composition
) -> None:
    assert_it_changes_leaves_and_comes_back(service, everything, account=account, composition=composition)
