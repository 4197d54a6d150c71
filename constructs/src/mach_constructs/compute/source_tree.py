"""What belongs to a service's code: its package and the sibling packages it imports."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

_EXCLUDED_FOLDERS = frozenset({"__pycache__", "tests"})
_EXCLUDED_SUFFIXES = frozenset({".pyc", ".pyo"})


@dataclass(frozen=True)
class SourceTree:
    """A service's package plus every sibling package or module it imports, directly or through another one.

    Imports are found by parsing, nothing is executed. An import made at run time from a computed name is not seen.

    Attributes:
        entry: The service's own folder; its parent is the root that imports start from.
    """

    entry: Path

    @property
    def root(self) -> Path:
        """Folder that is on the import path, in the bundle and in tests alike."""
        return self.entry.parent

    @cached_property
    def members(self) -> tuple[Path, ...]:
        """Packages (folders) and modules (files) that go into the bundle, sorted."""
        found: set[Path] = set()
        waiting = [self.entry]
        while waiting:
            member = waiting.pop()
            if member in found:
                continue
            found.add(member)
            for module in _source_files(member):
                if module.suffix == ".py":
                    waiting.extend(self._siblings(module))
        return tuple(sorted(found))

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file of the members, sorted; neither caches, tests, hidden files nor requirements."""
        return tuple(file for member in self.members for file in _source_files(member))

    @cached_property
    def digest(self) -> str:
        """Hash of the names and contents of the files: same sources, same hash, on any machine."""
        digest = hashlib.sha256()
        for file in self.files:
            content = file.read_bytes()
            digest.update(f"{file.relative_to(self.root).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    def _siblings(self, module: Path) -> Iterator[Path]:
        for name in _imported_names(module):
            folder, file = self.root / name, self.root / f"{name}.py"
            if folder.is_dir():
                yield folder
            elif file.is_file():
                yield file


def _source_files(member: Path) -> Iterator[Path]:
    if member.is_file():
        yield member
        return
    for path in sorted(member.iterdir()):
        if path.name.startswith(".") or path.suffix in _EXCLUDED_SUFFIXES:
            continue
        if path.is_dir() and path.name not in _EXCLUDED_FOLDERS:
            yield from _source_files(path)
        elif path.is_file() and not path.name.startswith("requirements."):
            yield path


def _imported_names(module: Path) -> frozenset[str]:
    try:
        return _imports(module.read_bytes())
    except SyntaxError as error:
        raise ValueError(f"{module} is not valid Python: {error.msg} (line {error.lineno})") from error


@cache
def _imports(source: bytes) -> frozenset[str]:
    # Cached by content: every service of an app bundles the same shared packages.
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return frozenset(names)
