"""The public names of the library, and where each belongs."""

import ast
import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from textwrap import dedent
from typing import Any

from constructs import Construct

import mach_constructs

_EXAMPLE = re.compile(r"^Examples?:\n((?:[ \t]+.*\n?|\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class PublicName:
    """A name that `mach_constructs` exports.

    Attributes:
        name: The name.
    """

    name: str

    @cached_property
    def value(self) -> Any:
        """What it names."""
        return getattr(mach_constructs, self.name)

    @property
    def group(self) -> str:
        """The part of the library that defines it, such as "compute"."""
        package = _defining_modules()[self.name].split(".")
        return package[1] if len(package) > 2 else "microservice"

    @property
    def summary(self) -> str:
        """The first sentence of its docstring; that of a constant or a type alias stands below it."""
        itself = inspect.isclass(self.value) or inspect.isfunction(self.value)
        docstring = inspect.getdoc(self.value) if itself else _docstring_below(self.name)
        return (docstring or "").partition("\n\n")[0].replace("\n", " ")

    @property
    def is_construct(self) -> bool:
        """Whether it creates resources: by itself, or as a strategy that a microservice attaches."""
        if not inspect.isclass(self.value) or getattr(self.value, "_is_protocol", False):
            return False
        return issubclass(self.value, Construct) or callable(getattr(self.value, "attach", None))

    @property
    def example(self) -> str | None:
        """The code under `Example:` in its docstring, without fences."""
        found = _EXAMPLE.search(inspect.getdoc(self.value) or "")
        if found is None:
            return None
        lines = dedent(found[1]).strip("\n").splitlines()
        return "\n".join(line for line in lines if not line.strip().startswith("```"))


@cache
def _defining_modules() -> dict[str, str]:
    """Where the package imports each of its names from; a type alias does not know it itself."""
    tree = ast.parse(inspect.getsource(mach_constructs))
    return {
        alias.name: str(statement.module)
        for statement in tree.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def _docstring_below(name: str) -> str | None:
    module = importlib.import_module(_defining_modules()[name])
    body = ast.parse(inspect.getsource(module)).body
    for statement, below in pairwise(body):
        if isinstance(statement, ast.Assign):
            targets: list[ast.expr] = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        named = any(isinstance(target, ast.Name) and target.id == name for target in targets)
        if named and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            return str(below.value.value)
    return None


def public_names() -> list[PublicName]:
    """Every public name, sorted."""
    return [PublicName(name) for name in sorted(mach_constructs.__all__)]
