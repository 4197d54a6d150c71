"""The machine a bundle is built for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct, Node

RUNTIME_CONTEXT = "mach-constructs:runtime"
ARCHITECTURE_CONTEXT = "mach-constructs:architecture"
PLATFORM_CONTEXT = "mach-constructs:python-platform"

_ARCHITECTURES = {"arm64": "aarch64", "x86_64": "x86_64"}
# Runtimes up to 3.11 are Amazon Linux 2 (glibc 2.26), later ones Amazon Linux 2023 (glibc 2.34).
_FIRST_ON_AMAZON_LINUX_2023 = 12
_FIRST_WITH_SNAP_START = 12


@dataclass(frozen=True, kw_only=True)
class Target:
    """Runtime and architecture of every function in an app, set once through CDK context.

    Attributes:
        runtime: Lambda runtime, such as "python3.13".
        architecture: "arm64" or "x86_64".
        python_platform: Platform that compiled dependencies are chosen for, as uv names it.
    """

    runtime: str
    architecture: str
    python_platform: str

    @classmethod
    def of(cls, scope: IConstruct) -> Target:
        """Read the target from context, or take Python 3.13 on arm64.

        Args:
            scope: Any construct of the app.

        Returns:
            The target. Context `mach-constructs:python-platform` overrides the platform of the dependencies,
            for an emulator that runs functions on a developer's own operating system.

        Raises:
            ValueError: A context value is not one of those allowed.
        """
        node = scope.node
        runtime = _context(node, RUNTIME_CONTEXT) or "python3.13"
        version = re.fullmatch(r"python3\.(\d+)", runtime)
        if version is None:
            raise ValueError(f'context {RUNTIME_CONTEXT} must look like "python3.13", got {runtime!r}')
        architecture = _context(node, ARCHITECTURE_CONTEXT) or "arm64"
        if architecture not in _ARCHITECTURES:
            raise ValueError(f'context {ARCHITECTURE_CONTEXT} must be "arm64" or "x86_64", got {architecture!r}')
        abi = "manylinux_2_34" if int(version[1]) >= _FIRST_ON_AMAZON_LINUX_2023 else "manylinux2014"
        return cls(
            runtime=runtime,
            architecture=architecture,
            python_platform=_context(node, PLATFORM_CONTEXT) or f"{_ARCHITECTURES[architecture]}-{abi}",
        )

    @property
    def python_version(self) -> str:
        """The runtime's language version, such as "3.13"."""
        return self.runtime.removeprefix("python")

    @property
    def lambda_runtime(self) -> lambda_.Runtime:
        """The runtime as CDK names it."""
        return lambda_.Runtime(self.runtime, lambda_.RuntimeFamily.PYTHON, supports_snap_start=self.supports_snap_start)

    @property
    def supports_snap_start(self) -> bool:
        """Whether Lambda takes snapshots of this Python: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html."""
        return int(self.python_version.partition(".")[2]) >= _FIRST_WITH_SNAP_START

    @property
    def lambda_architecture(self) -> lambda_.Architecture:
        """The architecture as CDK names it."""
        return lambda_.Architecture.ARM_64 if self.architecture == "arm64" else lambda_.Architecture.X86_64


def _context(node: Node, key: str) -> str | None:
    value: object = node.try_get_context(key)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"context {key} must be a text, got {value!r}")
