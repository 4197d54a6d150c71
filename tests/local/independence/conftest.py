"""An empty local AWS a test, and the storefront that is deployed to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import aws, daemon
from local.deployment import Deployment
from local.places import Places
from tests.local.independence.composition import Composition
from tests.local.independence.stack_by_stack import StackByStack
from tests.ports import unused_port
from tests.storefront_app import SERVICES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts these tests first: they take longest, so that begun last all would wait for them."""
    items.sort(key=lambda item: not item.path.is_relative_to(Path(__file__).parent))


@pytest.fixture(scope="session")
def composition(tmp_path_factory: pytest.TempPathFactory) -> Composition:
    """The storefront, synthesized as `make up` does."""
    places = Places(root=tmp_path_factory.mktemp("composition"))
    Deployment("http://nobody.is.asked", places).synthesize()
    return Composition(places.assembly)


@pytest.fixture(scope="session")
def changed(composition: Composition, tmp_path_factory: pytest.TempPathFactory) -> Composition:
    """The same after an edit of each service's stack."""
    changed = composition.copy(tmp_path_factory.mktemp("changed") / "assembly")
    for service in SERVICES:
        changed.change(service)
    return changed


@pytest.fixture
def deployment(composition: Composition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StackByStack]:
    """Deploys to an empty local AWS."""
    places = Places(root=tmp_path)
    places.assembly.symlink_to(composition.folder)
    server = daemon.start(places, port=unused_port())
    for name, value in aws.environment(server.url, {}).items():
        monkeypatch.setenv(name, value)  # the commands' client of AWS leaves them set
    try:
        deployment = StackByStack(server.url, places)
        deployment.bootstrap(lambda _line: None)
        yield deployment
    finally:
        daemon.stop(places)
