"""The storefront as every test here deploys it."""

from pathlib import Path

import pytest

from local.deployment import Deployment
from local.places import Places
from tests.local.independence.composition import Composition
from tests.once import made_once
from tests.storefront_app import SERVICES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts these tests first: they take longest, so that begun last all would wait for them."""
    items.sort(key=lambda item: not item.path.is_relative_to(Path(__file__).parent))


@pytest.fixture(scope="session")
def composition() -> Composition:
    """The storefront, synthesized as `make up` does, and packed: once for all processes that run tests."""

    def make(folder: Path) -> None:
        places = Places(root=folder)
        Deployment("http://nobody.is.asked", places).synthesize()
        Composition(places.assembly).pack()

    return Composition(Places(root=made_once("composition", make)).assembly)


@pytest.fixture(scope="session")
def changed(composition: Composition, tmp_path_factory: pytest.TempPathFactory) -> Composition:
    """The same after an edit of each service's stack."""
    changed = composition.copy(tmp_path_factory.mktemp("changed") / "assembly")
    for service in SERVICES:
        changed.change(service)
    return changed
