from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.constructs.fargate_runtime.runtime_process import RuntimeProcess, stage


@pytest.fixture(scope="session")
def context_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage(tmp_path_factory.mktemp("image"))


@pytest.fixture
def start(context_folder: Path) -> Iterator[Callable[[str, Mapping[str, str]], RuntimeProcess]]:
    started: list[RuntimeProcess] = []

    def run(command: str, environment: Mapping[str, str]) -> RuntimeProcess:
        started.append(RuntimeProcess(context_folder, command, environment))
        return started[-1]

    yield run
    for process in started:
        process.stop()
