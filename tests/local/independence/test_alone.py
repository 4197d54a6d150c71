"""Each service changes, leaves and comes back while the others are asked all the time."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.local.composition import Composition
from tests.local.independence.account import Account, empty_account
from tests.local.independence.by_formation import ByFormation
from tests.local.independence.lifecycle import assert_it_changes_leaves_and_comes_back
from tests.storefront_app import SERVICES, STACKS


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with empty_account(tmp_path_factory.mktemp("aws")) as account:
        yield account


@pytest.fixture(scope="module")
def everything(account: Account, composition: Composition, changed: Composition) -> Iterator[ByFormation]:
    """The whole storefront."""
    with closing(ByFormation(account.endpoint, composition=composition, changed=changed)) as stacks:
        stacks.create(STACKS)
        yield stacks


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_changes_leaves_and_comes_back(
    service: str, everything: ByFormation, account: Account, composition: Composition
) -> None:
    assert_it_changes_leaves_and_comes_back(service, everything, account=account, composition=composition)
