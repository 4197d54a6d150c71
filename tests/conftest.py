"""Where the processes of one run meet, and which tests start others."""

from pathlib import Path

import pytest

from tests.once import Shared

EMULATOR = "emulator"
"""The fixture behind every table and bucket that a test of a service has."""

PROCESSES = tuple(Path(__file__).parent / folder for folder in ("constructs/fargate_runtime", "library", "local"))
"""What is in these waits for what it starts: a local AWS, the containers' runtime, an environment with the wheel."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a process, so that who writes a test with a table need not think of it."""
    for item in items:
        is_in_folder = any(item.path.is_relative_to(folder) for folder in PROCESSES)
        if is_in_folder or EMULATOR in getattr(item, "fixturenames", ()):
            item.add_marker("process")


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    own = tmp_path_factory.getbasetemp()
    Shared.folder = (own if worker_id == "master" else own.parent) / "shared"
    Shared.folder.mkdir(exist_ok=True)
