"""Where the processes of one run meet."""

import pytest

from tests.once import Shared


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    own = tmp_path_factory.getbasetemp()
    Shared.folder = (own if worker_id == "master" else own.parent) / "shared"
    Shared.folder.mkdir(exist_ok=True)
