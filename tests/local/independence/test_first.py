"""Each service comes first, to an empty AWS, with nothing but what it needs.

Which services there are, what a stack needs and which routes it serves, says the composition.
"""

from contextlib import closing
from pathlib import Path

import pytest

from tests.local.composition import Composition
from tests.local.independence.account import empty_account
from tests.local.independence.by_formation import ByFormation
from tests.local.independence.lifecycle import own_and_others
from tests.storefront_app import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_comes_first(service: str, composition: Composition, changed: Composition, tmp_path: Path) -> None:
    with (
        empty_account(tmp_path) as account,
        closing(ByFormation(account.endpoint, composition=composition, changed=changed)) as stacks,
    ):
        stacks.create(composition.with_needed(service))

        assert account.stacks() == composition.with_needed(service)
        with account.storefront() as storefront:
            own, others = own_and_others(service, storefront, composition)
            assert own.served() == set(own.keys)
            assert others.served() == set()
