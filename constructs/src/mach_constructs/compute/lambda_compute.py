"""Lambda as the compute of a microservice."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from pathlib import Path

from aws_cdk import Duration, Size
from aws_cdk import aws_logs as logs

from mach_constructs.compute.bundle import Bundle
from mach_constructs.stores.store import Access
from mach_constructs.validation import require_between, require_duration_between

LONGEST_RUN = Duration.minutes(15)
_SHORTEST_RUN = Duration.seconds(1)


@dataclass(frozen=True, kw_only=True)
class FunctionOptions:
    """What one handler needs otherwise than its service; None takes the service's value.

    Attributes:
        memory: MiB, 128 to 10240; CPU grows with it.
        timeout: 1 s to 15 min; at most 29 s behind an HTTP API.
        ephemeral_storage: Size of `/tmp`, 512 MiB to 10 GiB; more than 512 MiB costs extra.
        reserved_concurrency: Executions set aside for, and the limit of, this function.
        environment: Variables besides the service's.
        access: What it may do with the stores. By default a handler of GET and HEAD routes alone may read, any other
            may write too.

    Raises:
        ValueError: A number is out of range.
    """

    memory: int | None = None
    timeout: Duration | None = None
    ephemeral_storage: Size | None = None
    reserved_concurrency: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    access: Access | None = None

    def __post_init__(self) -> None:
        if self.memory is not None:
            require_between("memory", self.memory, 128, 10240, "MiB")
        if self.timeout is not None:
            require_duration_between("timeout", self.timeout, _SHORTEST_RUN, LONGEST_RUN)
        if self.ephemeral_storage is not None and not self.ephemeral_storage.is_unresolved():
            require_between("ephemeral_storage", int(self.ephemeral_storage.to_mebibytes()), 512, 10240, "MiB")
        if self.reserved_concurrency is not None:
            require_between("reserved_concurrency", self.reserved_concurrency, 0, 100_000)


@dataclass(frozen=True)
class LambdaCompute:
    """Runs a folder of Python handlers as Lambda functions, one a handler.

    The bundle holds the folder as a package, the sibling packages it imports and the dependencies that its
    `requirements.txt` locks with hashes; `uv` builds it, Docker is not used. A relative path starts at the directory
    that the CDK app runs in, which is the one with `cdk.json`.

    Runtime and architecture come from the context `mach-constructs:runtime` ("python3.13") and
    `mach-constructs:architecture` ("arm64"), so that a whole app changes at once.

    Attributes:
        entry: The service's folder, such as "lambdas/catalog".
        memory: MiB of every function, 128 to 10240.
        timeout: Of every function, 1 s to 15 min; None means 10 s behind routes and 60 s for event consumers.
        environment: Variables of every function.
        reserved_concurrency: Executions set aside for each function, if any.
        log_retention: How long logs are kept.
        handlers: What single handlers need otherwise, by name: `{"events.handler": FunctionOptions(memory=1024)}`.

    Raises:
        ValueError: The folder is missing or no package name, a number is out of range, or the lock is not locked.
    """

    entry: str | Path
    _: KW_ONLY
    memory: int = 512
    timeout: Duration | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH
    handlers: Mapping[str, FunctionOptions] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise ValueError(f"entry must be a folder of Python handlers, got {str(self.entry)!r} (no {self.folder})")
        if not self.folder.name.isidentifier():
            raise ValueError(f"entry must be named like a Python package, got {self.folder.name!r}")
        FunctionOptions(memory=self.memory, timeout=self.timeout, reserved_concurrency=self.reserved_concurrency)
        for handler in self.handlers:
            self.require_handler(handler)
        self.bundle.dependencies.validate()

    @property
    def folder(self) -> Path:
        """The service's folder as an absolute path."""
        return Path(self.entry).absolute()

    @property
    def name(self) -> str:
        """The service's name, which is its folder's."""
        return self.folder.name

    @cached_property
    def bundle(self) -> Bundle:
        """What is deployed."""
        return Bundle(self.folder)

    def options(self, handler: str) -> FunctionOptions:
        """Give what a handler runs with: its own options over the service's.

        Args:
            handler: Such as "api.handler".

        Returns:
            Complete options; only the timeout and access may be left to their defaults.
        """
        own = self.handlers.get(handler, FunctionOptions())
        return FunctionOptions(
            memory=own.memory if own.memory is not None else self.memory,
            timeout=own.timeout or self.timeout,
            ephemeral_storage=own.ephemeral_storage,
            reserved_concurrency=(
                own.reserved_concurrency if own.reserved_concurrency is not None else self.reserved_concurrency
            ),
            environment={**self.environment, **own.environment},
            access=own.access,
        )

    def require_handler(self, handler: str) -> None:
        """Check that a handler exists, without importing it.

        Args:
            handler: Module within the folder and function, such as "api.handler".

        Raises:
            ValueError: It is no such name, or the module or the function is missing.
        """
        module, _, function = handler.rpartition(".")
        if not module or not all(part.isidentifier() for part in handler.split(".")):
            raise ValueError(f'handler must look like "api.handler", got {handler!r}')
        file = self.folder.joinpath(*module.split(".")).with_suffix(".py")
        if not file.is_file():
            raise ValueError(f"handler {handler!r} needs the file {file}, which does not exist")
        if function not in _top_level_names(file):
            raise ValueError(f"handler {handler!r} needs {function!r} at the top level of {file}")


def _top_level_names(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(file.read_bytes(), filename=str(file)).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names
