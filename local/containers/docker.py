"""Containers in the shape of Docker's client, as far as the emulator looks at them."""

import itertools
import shutil
import threading
from pathlib import Path
from typing import Any

from local.containers.container import Container

_numbers = itertools.count(1)


class DockerContainer:
    """A container of a task.

    Args:
        container: What runs; None for one that cannot run here and counts as running.
        temporary: Its temporary folder, which goes with it.
    """

    def __init__(self, container: Container | None, temporary: Path) -> None:
        self.id = f"{next(_numbers):012x}"
        self.container, self._temporary = container, temporary
        self._ending: threading.Thread | None = None

    @property
    def status(self) -> str:
        """`running` or `exited`."""
        return "running" if self.container is None or self.container.exit_code is None else "exited"

    def reload(self) -> None:
        """Nothing to do: the status is always that of now."""

    def wait(self) -> dict[str, int]:
        """The exit code of a container that has ended."""
        return {"StatusCode": (self.container.exit_code if self.container else None) or 0}

    def stop(self, **_options: Any) -> None:
        """Stops it in its own time, which is not waited for."""
        if self._ending is None:
            self._ending = threading.Thread(target=self._end, daemon=True, name=f"end of {self.id}")
            self._ending.start()

    def remove(self, **_options: Any) -> None:
        """Nothing to do: what has ended leaves nothing."""

    def _end(self) -> None:
        if self.container:
            self.container.end(self.container.definition.stop_timeout)
        shutil.rmtree(self._temporary, ignore_errors=True)


class DockerClient:
    """The containers of every task."""

    def __init__(self) -> None:
        self._known: dict[str, DockerContainer] = {}

    @property
    def containers(self) -> "DockerClient":
        """The collection of containers, which is this object too."""
        return self

    def add(self, container: DockerContainer) -> None:
        """Makes a container known."""
        self._known[container.id] = container

    def get(self, container_id: str) -> DockerContainer:
        """A container; KeyError when there is none, as there is for the emulator's own."""
        return self._known[container_id]

    def running(self) -> list[Container]:
        """What runs of all containers."""
        return [
            known.container for known in list(self._known.values()) if known.container and known.status == "running"
        ]
