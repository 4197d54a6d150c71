"""A folder of Python handlers: what a service's code is, whatever runs it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from mach_constructs.compute.bundle import Bundle


@dataclass(frozen=True)
class HandlerFolder:
    """A service's folder, which is a Python package of modules with handlers.

    Attributes:
        entry: Path of the folder; a relative one starts at the directory that the CDK app runs in.
        files: Texts of further files, by path in the folder.

    Raises:
        ValueError: The folder is missing or not named like a package, its lock is not locked, or a further file is one
            that the folder has, or would lie outside of it.
    """

    entry: str | Path
    files: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.path.is_dir():
            raise ValueError(f"entry must be a folder of Python handlers, got {str(self.entry)!r} (no {self.path})")
        if not self.path.name.isidentifier():
            raise ValueError(f"entry must be named like a Python package, got {self.path.name!r}")
        self.bundle.dependencies.validate()
        for file in self.files:
            if not file or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
                raise ValueError(f'files must be named by paths in the folder such as "data/rates.json", got {file!r}')
            if (self.path / file).exists():
                raise ValueError(f"files must be further ones, but {self.path / file} exists")

    @property
    def path(self) -> Path:
        """The folder as an absolute path."""
        return Path(self.entry).absolute()

    @property
    def name(self) -> str:
        """The service's name, which is its folder's."""
        return self.path.name

    @cached_property
    def bundle(self) -> Bundle:
        """What is deployed: the folder, the siblings it imports, and its locked dependencies."""
        return Bundle(self.path, self.files)

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
        file = self.path.joinpath(*module.split(".")).with_suffix(".py")
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
