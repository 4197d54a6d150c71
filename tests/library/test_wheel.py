"""The library as others get it: a wheel in an environment that has nothing else."""

import json
import re
import shutil
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import uv

from tests.examples.example_app import EXAMPLES, NAMES
from tests.library.conftest import CHECKOUT, Consumer, run
from tests.normalised import normalised, read_templates

SOURCES = CHECKOUT / "constructs" / "src"
SNAPSHOTS = CHECKOUT / "tests/examples/__snapshots__/test_examples"
VERSION = tomllib.loads((CHECKOUT / "constructs/pyproject.toml").read_text())["project"]["version"]
MYPY = CHECKOUT / ".venv/bin/mypy"


def test_the_wheel_holds_every_file_of_the_sources(wheel: Path) -> None:
    sources = {
        file.relative_to(SOURCES).as_posix()
        for file in (SOURCES / "mach_constructs").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert packed == sources
    assert {
        "mach_constructs/py.typed",
        "mach_constructs/api/unmatched_route/handler.py",
        "mach_constructs/events/outbox_relay/handler.py",
    } <= packed


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (folder,) = {name.partition("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())
        licence = archive.read(f"{folder}/licenses/LICENSE").decode()

    assert licence == (CHECKOUT / "LICENSE").read_text()
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).startswith("# mach-constructs")
    assert f"## [{metadata['Version']}]" in (CHECKOUT / "constructs/CHANGELOG.md").read_text()


def test_nothing_comes_along_but_what_a_synthesis_needs(consumer: Consumer) -> None:
    listed = json.loads(run([uv.find_uv_bin(), "pip", "list", "--format", "json", "--python", consumer.python]).stdout)

    # jsii brings attrs to typing-extensions; a team's own versions of anything else are its own.
    assert {package["name"] for package in listed} == {
        "attrs",
        "aws-cdk-asset-awscli-v1",
        "aws-cdk-asset-node-proxy-agent-v6",
        "aws-cdk-cloud-assembly-schema",
        "aws-cdk-lib",
        "cattrs",
        "cdk-monitoring-constructs",
        "constructs",
        "jsii",
        "mach-constructs",
        "publication",
        "python-dateutil",
        "six",
        "typeguard",
        "typing-extensions",
        "uv",
    }


@pytest.mark.parametrize("example", NAMES)
def test_an_example_needs_only_the_wheel(example: str, consumer: Consumer, tmp_path: Path) -> None:
    context = json.loads((EXAMPLES / example / "cdk.json").read_text())["context"]

    # With its bundles, so that building them is shown to need no more either.
    consumer.run(
        "app.py",
        folder=EXAMPLES / example,
        variables={"CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": json.dumps(context), "CDK_VALIDATION": "false"},
    )

    templates = {stack: normalised(template) for stack, template in read_templates(tmp_path).items()}
    assert templates
    for stack, template in templates.items():
        (snapshot,) = SNAPSHOTS.glob(f"*{example}-{stack}].json")
        assert template == json.loads(snapshot.read_text()), stack


def test_the_first_steps_of_the_guide_work_in_an_empty_folder(consumer: Consumer, tmp_path: Path) -> None:
    guide = (CHECKOUT / "constructs" / "README.md").read_text()
    files = re.findall(r'^```python title="([^"]+)"\n(.*?)^```$', guide, re.MULTILINE | re.DOTALL)
    for name, text in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    consumer.run("app.py", folder=tmp_path, variables={"CDK_OUTDIR": str(tmp_path / "cdk.out")})

    types = {resource["Type"] for resource in read_templates(tmp_path / "cdk.out")["Notes"]["Resources"].values()}
    assert {"AWS::Lambda::Function", "AWS::DynamoDB::GlobalTable", "AWS::ApiGatewayV2::Route"} <= types
    assert f"mach_constructs-{VERSION}-py3-none-any.whl" in guide


@pytest.fixture(scope="session")
def type_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what `make lint` knows of CDK's types: mypy goes by content, and reading them anew takes 90 s."""
    copy = tmp_path_factory.mktemp("types") / "mypy"
    if (CHECKOUT / ".mypy_cache").is_dir():
        shutil.copytree(CHECKOUT / ".mypy_cache", copy)
    return copy


def type_check(consumer: Consumer, cache: Path, folder: Path) -> str:
    """What mypy says of an app when strict, with no other configuration."""
    command = [
        MYPY, "--config-file=", "--strict",
        "--python-version", "3.11",
        "--python-executable", consumer.python,
        "--cache-dir", cache,
        "app.py",
    ]  # fmt: skip
    return run(command, folder=folder).stdout


@pytest.mark.parametrize("example", NAMES)
def test_a_teams_app_is_typed_throughout(example: str, consumer: Consumer, type_cache: Path) -> None:
    sources = [file.read_text() for file in (EXAMPLES / example).glob("*.py")]

    assert not any("type: ignore" in source or "Any" in source for source in sources)
    assert "Success" in type_check(consumer, type_cache, EXAMPLES / example)


def test_a_wrong_argument_is_found_by_its_type(consumer: Consumer, type_cache: Path, tmp_path: Path) -> None:
    app = (EXAMPLES / "single_service" / "app.py").read_text()
    wrong = app.replace('partition_key="wishlist_id"', "partition_key=1")
    assert wrong != app
    (tmp_path / "app.py").write_text(wrong)

    with pytest.raises(
        AssertionError, match=r'Argument "partition_key" to "DynamoDbStore" has incompatible type "int"'
    ):
        type_check(consumer, type_cache, tmp_path)
