"""Images without Docker: complete context folders, with hashes that change for a reason only."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ecs as ecs

from mach_constructs.compute.bundle import Bundle
from mach_constructs.compute.dependencies import CACHE_VARIABLE, Dependencies
from mach_constructs.compute.fargate import context_folder
from mach_constructs.compute.fargate.context_folder import ContextFolder
from mach_constructs.compute.fargate.service_image import ServiceImage
from mach_constructs.compute.target import Target

ORDERS = Path(__file__).parent / "fixtures/orders"
TARGET = Target(runtime="python3.13", architecture="arm64", python_platform="aarch64-manylinux_2_34")
FOLDER = Path(context_folder.__file__).parent


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for what uv installed, as its cache would: no registry is needed."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    lock = ContextFolder(Bundle(ORDERS)).dependencies
    installed = tmp_path / "cache" / lock.digest(TARGET)
    installed.mkdir(parents=True)
    (installed / "uvicorn.py").write_text("NAME = 'of the runtime'\n")
    return installed


def test_the_folder_holds_dockerfile_service_and_runtime(tmp_path: Path, packages: Path) -> None:
    out = tmp_path / "out"
    ContextFolder(Bundle(ORDERS)).write(out, TARGET)
    files = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}

    assert packages.is_dir()
    assert {
        "Dockerfile",
        "service/orders/api.py",
        "mach_runtime/__main__.py",
        "mach_runtime/packages/uvicorn.py",
    } <= files
    assert not [file for file in files if "__pycache__" in file or file.endswith("requirements.in")]
    assert {file.split("/")[0] for file in files} == {"Dockerfile", "service", "mach_runtime"}


def test_the_dockerfile_runs_nothing_and_ends_as_a_user_without_rights() -> None:
    lines = (FOLDER / "Dockerfile").read_text().splitlines()
    words = [line.split()[0] for line in lines if line and not line.startswith("#")]

    assert set(words) == {"ARG", "FROM", "WORKDIR", "COPY", "VOLUME", "USER", "CMD"}
    assert "USER 10001:10001" in lines
    assert words.index("USER") > max(place for place, word in enumerate(words) if word == "COPY")


def test_a_service_shadows_the_runtimes_packages_and_never_the_reverse(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service/shared.py").write_text("OWNER = 'service'")
    runtime = tmp_path / "mach_runtime"
    (runtime / "packages").mkdir(parents=True)
    for package in ("shared", "own"):
        (runtime / f"packages/{package}.py").write_text("OWNER = 'runtime'")
    (runtime / "packages/json.py").write_text("raise ImportError('the standard library is first')")
    (runtime / "__init__.py").touch()
    for name in ("__main__.py", "settings.py"):
        (runtime / name).write_text((FOLDER / "mach_runtime" / name).read_text())
    code = (
        "from pathlib import Path; from mach_runtime.__main__ import set_import_path;"
        f"set_import_path(Path({str(runtime)!r})); import shared, own, json; print(shared.OWNER, own.OWNER)"
    )
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert said.stdout.split() == ["service", "runtime"]


def test_the_runtime_is_locked() -> None:
    dependencies = Dependencies(FOLDER / "mach_runtime/requirements.txt")
    dependencies.validate()
    assert dependencies.lock.is_file()


@pytest.mark.parametrize(
    "context", [{}, {"mach-constructs:architecture": "x86_64", "mach-constructs:runtime": "python3.12"}]
)
def test_an_image_is_built_for_the_apps_target(new_app: Callable[..., App], context: dict[str, object]) -> None:
    app = new_app(**context)
    stack = Stack(app, "Stack")
    image = ServiceImage(stack, "Image", bundle=Bundle(ORDERS))
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("Container", image=image.image)
    source = docker_image(app)["source"]

    assert source["platform"] == ("linux/amd64" if context else "linux/arm64")
    assert source["dockerBuildArgs"] == {"PYTHON_VERSION": "3.12" if context else "3.13"}


def docker_image(app: App) -> Any:
    manifest = json.loads(Path(app.synth().directory, "Stack.assets.json").read_text())
    (image,) = manifest["dockerImages"].values()
    return image


def test_a_skipped_folder_keeps_its_hash(tmp_path: Path, packages: Path) -> None:
    def synthesized(*, bundled: bool) -> tuple[str, Path]:
        out = tmp_path / f"bundled-{bundled}"
        context = {"aws:cdk:bundling-stacks": ["**"] if bundled else []}
        app = App(context=context, outdir=str(out), builtin_cloud_formation_validation=False)
        image = ServiceImage(Stack(app, "Stack"), "Image", bundle=Bundle(ORDERS))
        return image.asset_hash, out / docker_image(app)["source"]["directory"]

    bundled, folder = synthesized(bundled=True)
    skipped, _ = synthesized(bundled=False)
    assert packages.is_dir()
    assert bundled == skipped
    assert (folder / "Dockerfile").is_file()
    assert (folder / "service/orders/api.py").is_file()
    assert not list((tmp_path / "bundled-False").glob("asset.*"))
