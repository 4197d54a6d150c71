"""The distribution's own shape."""

import re
from importlib import metadata
from pathlib import Path

import mach_constructs

ROOT = Path(__file__).parents[2] / "constructs"


def test_the_distribution_root_is_no_package() -> None:
    """An `__init__.py` there would shadow the PyPI package `constructs`, and `import aws_cdk` would die."""
    assert (ROOT / "pyproject.toml").is_file()
    assert not (ROOT / "__init__.py").exists()


def test_every_public_name_exists_and_is_documented() -> None:
    for name in mach_constructs.__all__:
        value = getattr(mach_constructs, name)
        assert name == "Authorization" or value.__doc__, name


def test_cdk_nag_is_no_dependency() -> None:
    required = metadata.requires("mach-constructs") or []
    names = {re.split("[<>]", requirement)[0] for requirement in required}
    assert names == {"aws-cdk-lib", "cdk-monitoring-constructs", "constructs", "uv"}


def test_types_are_published() -> None:
    assert (ROOT / "src/mach_constructs/py.typed").is_file()
