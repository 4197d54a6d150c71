"""The storefront as every test here deploys it."""

from pathlib import Path

import pytest

from tests.local.composition import Composition, packed_storefront
from tests.storefront_app import SERVICES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts these tests first: they take longest, so that begun last all would wait for them."""
    items.sort(key=lambda item: not item.path.is_relative_to(Path(__file__).parent))


@pytest.fixture(scope="session")
def composition() -> Composition:
    return packed_storefront()


@pytest.fixture(scope="session")
def changed(composition: Composition, tmp_path_factory: pytest.TempPathFactory) -> Composition:
    """The same after an edit of each service's stack."""
    changed = composition.copy(tmp_path_factory.mktemp("changed") / "assembly")
    for service in SERVICES:
        changed.change(service)
    return changed
