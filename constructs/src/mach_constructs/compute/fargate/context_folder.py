"""The folder that an image is built from."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from mach_constructs.compute.bundle import Bundle
from mach_constructs.compute.dependencies import Dependencies
from mach_constructs.compute.source_tree import SourceTree
from mach_constructs.compute.target import Target

_HERE = Path(__file__).parent
_RUNTIME = _HERE / "mach_runtime"
_DOCKERFILE = _HERE / "Dockerfile"
_FORMAT = "1"


@dataclass(frozen=True)
class ContextFolder:
    """A Dockerfile, `service/` with the service's bundle, and `mach_runtime/` with what runs it.

    The folder runs anywhere as it is, given an interpreter of the target's version: `python -m mach_runtime web`.

    Attributes:
        bundle: The service.
    """

    bundle: Bundle

    def asset_hash(self, target: Target) -> str:
        """Give a hash that changes with the service's bundle, the runtime, its lock, the Dockerfile, and nothing else.

        Args:
            target: Version and architecture of the image.
        """
        parts = (
            _FORMAT,
            self.bundle.asset_hash(target),
            SourceTree(_RUNTIME).digest,
            self.dependencies.digest(target),
            hashlib.sha256(_DOCKERFILE.read_bytes()).hexdigest(),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def dependencies(self) -> Dependencies:
        """What the runtime itself needs, locked with hashes."""
        return Dependencies(_RUNTIME / "requirements.txt")

    def write(self, folder: Path, target: Target) -> None:
        """Write the folder's files.

        Args:
            folder: Where to; created when missing.
            target: Version and architecture of the image.

        Raises:
            RuntimeError: Dependencies could not be installed.
        """
        self.bundle.write(folder / "service", target)
        for file in SourceTree(_RUNTIME).files:
            destination = folder / file.relative_to(_HERE)
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, destination)
        packages = self.dependencies.install(target)
        if packages is not None:
            shutil.copytree(packages, folder / "mach_runtime/packages", dirs_exist_ok=True)
        shutil.copyfile(_DOCKERFILE, folder / "Dockerfile")
