"""A service's deployment package, built without Docker."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, BundlingOutput, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from mach_constructs.compute.dependencies import Dependencies
from mach_constructs.compute.source_tree import SourceTree
from mach_constructs.compute.target import Target

# Part of every hash: raise it when the layout of a bundle changes.
_FORMAT = "1"


@dataclass(frozen=True)
class Bundle:
    """The sources of a service and its locked dependencies, as one asset.

    Attributes:
        entry: The service's folder; it becomes the package of the same name at the root of the bundle.
        files: Texts of further files, by path in that package.
    """

    entry: Path
    files: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def sources(self) -> SourceTree:
        """The service's own package and the siblings it imports."""
        return SourceTree(self.entry)

    @property
    def dependencies(self) -> Dependencies:
        """What the service's `requirements.txt` locks."""
        return Dependencies(self.entry / "requirements.txt")

    def asset_hash(self, target: Target) -> str:
        """Give a hash that changes with what is in the bundle or with the target, and with nothing else."""
        parts = [_FORMAT, self.sources.digest, self.dependencies.digest(target), target.architecture]
        parts += [part for file in sorted(self.files.items()) for part in file]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def code(self, target: Target) -> lambda_.Code:
        """Give the code of a function.

        Args:
            target: Runtime and architecture to build for.

        Returns:
            An asset that is built when its stack is synthesized and skipped, with the same hash, when the stack is not
            among those to bundle (context `aws:cdk:bundling-stacks`).
        """
        return lambda_.Code.from_asset(
            str(self.entry),
            asset_hash=self.asset_hash(target),
            asset_hash_type=AssetHashType.CUSTOM,
            bundling=BundlingOptions(
                image=DockerImage.from_registry("unused: bundling is local"),
                local=_LocalBundling(self, target),
                output_type=BundlingOutput.NOT_ARCHIVED,
            ),
        )

    def write(self, folder: Path, target: Target) -> None:
        """Write the bundle's files.

        Args:
            folder: Where to; created when missing.
            target: Runtime and architecture to build for.

        Raises:
            RuntimeError: Dependencies could not be installed.
        """
        packages = self.dependencies.install(target)
        if packages is not None:
            shutil.copytree(packages, folder, dirs_exist_ok=True)
        for file in self.sources.files:
            destination = folder / file.relative_to(self.sources.root)
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, destination)
        for path, text in self.files.items():
            destination = folder / self.entry.name / path
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_text(text, encoding="utf-8")


@jsii.implements(ILocalBundling)
class _LocalBundling:
    def __init__(self, bundle: Bundle, target: Target) -> None:
        self._bundle = bundle
        self._target = target

    def try_bundle(self, output_dir: str, *, image: DockerImage | None = None, **_options: object) -> bool:  # noqa: ARG002
        self._bundle.write(Path(output_dir), self._target)
        return True
