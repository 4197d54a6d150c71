from __future__ import annotations

import pytest

from tests.local.deployed.checkout.shop import Shop
from tests.local.deployed.storefront import Storefront


@pytest.fixture
def shop(storefront: Storefront) -> Shop:
    return Shop(storefront=storefront)
