"""The apps in `examples/`, composed in this process."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from aws_cdk import App

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = tuple(sorted(folder.parent.name for folder in EXAMPLES.glob("*/app.py")))


def context_of(example: str) -> dict[str, object]:
    """The context in an example's `cdk.json`."""
    context: dict[str, object] = json.loads((EXAMPLES / example / "cdk.json").read_text())["context"]
    return context


@contextmanager
def composed(example: str, *, validated: bool = False) -> Iterator[App]:
    """An example's app with its stacks, in the folder that `cdk` would run it in.

    Args:
        example: Name of the folder.
        validated: Whether synthesis runs the library's own CloudFormation validator, which takes seconds.
    """
    folder = EXAMPLES / example
    app = App(
        context={**context_of(example), "aws:cdk:bundling-stacks": []},
        builtin_cloud_formation_validation=validated,
        analytics_reporting=False,
    )
    spec = importlib.util.spec_from_file_location(f"{example}_app", folder / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with chdir(folder):
        sys.path.insert(0, str(folder))
        try:
            spec.loader.exec_module(module)
            module.compose(app)
            yield app
        finally:
            sys.path.remove(str(folder))
