from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.deployed.consumers.jobs import Jobs
from tests.local.deployed.consumers.life import Life
from tests.local.deployed.storefront import Storefront


@pytest.fixture
def life(storefront: Storefront) -> Iterator[Life]:
    """A life of its own a test."""
    life = Life(storefront)
    yield life
    life.close()


@pytest.fixture
def jobs(storefront: Storefront) -> Iterator[Jobs]:
    """Long work of its own a test."""
    jobs = Jobs(storefront)
    yield jobs
    jobs.close()
