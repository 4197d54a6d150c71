"""The storefront as every test here deploys it."""

import fcntl
from pathlib import Path

import pytest

from local.deployment import Deployment
from local.places import Places
from tests.local.independence.composition import Composition
from tests.storefront_app import SERVICES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts these tests first: they take longest, so that begun last all would wait for them."""
    items.sort(key=lambda item: not item.path.is_relative_to(Path(__file__).parent))


@pytest.fixture(scope="session")
def composition(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Composition:
    """The storefront, synthesized as `make up` does, and packed: once for all processes that run tests."""
    own = tmp_path_factory.getbasetemp()
    places = Places(root=(own if worker_id == "master" else own.parent) / "composition")
    places.root.mkdir(exist_ok=True)
    composition, whole = Composition(places.assembly), places.root / "whole"
    with (places.root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            Deployment("http://nobody.is.asked", places).synthesize()
            composition.pack()
            whole.touch()
    return composition


@pytest.fixture(scope="session")
def changed(composition: Composition, tmp_path_factory: pytest.TempPathFactory) -> Composition:
    """The same after an edit of each service's stack."""
    changed = composition.copy(tmp_path_factory.mktemp("changed") / "assembly")
    for service in SERVICES:
        changed.change(service)
    return changed
