"""Writes a new service into the checkout: everything or nothing."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import copier
import uv

TEMPLATE = Path("templates/service")
SNAPSHOTS = Path("tests/stacks/__snapshots__")
README = Path("README.md")


class ScaffoldingError(RuntimeError):
    """Something that was run failed; the message holds what it said."""


def write_service(name: str, checkout: Path, *, say: Callable[[str], None]) -> None:
    """Write a service; stacks, scopes, types and tests find it by its place.

    Args:
        name: A usable name.
        checkout: Where to.
        say: Is told each step.

    Raises:
        ScaffoldingError: One of its files is there already, or a step failed; the checkout is as it was.
    """
    with TemporaryDirectory() as temporary:
        rendered = Path(temporary) / "service"
        copier.run_copy(str(checkout / TEMPLATE), rendered, data={"name": name}, defaults=True, quiet=True)
        _require_free(rendered, checkout)
        say("locking what it needs")
        _lock(rendered / "lambdas" / name, checkout)
        files = sorted(file.relative_to(rendered) for file in rendered.rglob("*") if file.is_file())
        with _all_or_nothing(files, checkout):
            for file in files:
                (checkout / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(rendered / file, checkout / file)
            _format([str(file) for file in files if file.suffix == ".py"], checkout)
            say("synthesizing its template")
            _draw(checkout, Path(temporary) / "assembly")
            _run(
                [sys.executable, "-m", "pytest", "tests/stacks/test_snapshots.py", "--snapshot-update", "-q"], checkout
            )
    for file in files:
        say(str(file))


def _require_free(rendered: Path, checkout: Path) -> None:
    """A contract may be agreed on before there is a service: it is not ours to replace."""
    for file in sorted(file.relative_to(rendered) for file in rendered.rglob("*") if file.is_file()):
        if (checkout / file).exists():
            raise ScaffoldingError(f"{file} exists already: move it away, and merge it with what is written")


def _lock(service: Path, checkout: Path) -> None:
    pins = service.parent / "pins.txt"
    locked = (checkout / "requirements.txt").read_text().splitlines(keepends=True)
    pins.write_text("".join(line for line in locked if not line.startswith("-e ")))
    command = [
        uv.find_uv_bin(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
        "--no-header", "--no-annotate", "--generate-hashes", "--constraint", str(pins),
        str(service / "requirements.in"), "--output-file", str(service / "requirements.txt"),
    ]  # fmt: skip
    _run(command, checkout)
    pins.unlink()


def _format(files: Sequence[str], checkout: Path) -> None:
    """Long names move lines and imports about."""
    ruff = str(Path(sysconfig.get_path("scripts")) / "ruff")
    _run([ruff, "check", "--quiet", "--fix", "--select", "I", *files], checkout)
    _run([ruff, "format", "--quiet", *files], checkout)


def _draw(checkout: Path, assembly: Path) -> None:
    settings = json.loads((checkout / "cdk.json").read_text())["context"]
    context = json.dumps({**settings, "aws:cdk:bundling-stacks": []})
    variables = {"CDK_OUTDIR": str(assembly), "CDK_CONTEXT_JSON": context, "CDK_VALIDATION": "false"}
    _run([sys.executable, "app.py"], checkout, variables)
    _run([sys.executable, "-m", "docs.architecture", str(assembly)], checkout)


def _run(command: Sequence[str], checkout: Path, variables: Mapping[str, str] | None = None) -> None:
    result = subprocess.run(  # noqa: S603  # no shell, our own arguments
        command, cwd=checkout, env={**os.environ, **(variables or {})}, capture_output=True, text=True, check=False
    )
    if result.returncode:
        said = (result.stderr.strip() or result.stdout.strip()).splitlines() or ["it said nothing"]
        raise ScaffoldingError(f"{Path(command[0]).name} failed: {said[-1]}")


@contextmanager
def _all_or_nothing(files: Sequence[Path], checkout: Path) -> Iterator[None]:
    """Takes back what was written, if the rest fails or is interrupted."""
    with TemporaryDirectory() as temporary:
        kept = Path(temporary)
        shutil.copytree(checkout / SNAPSHOTS, kept / "snapshots")
        shutil.copyfile(checkout / README, kept / "readme")
        there = {folder for file in files for folder in file.parents if (checkout / folder).exists()}
        try:
            yield
        except BaseException:
            for file in files:
                (checkout / file).unlink(missing_ok=True)
            for folder in sorted({folder for file in files for folder in file.parents} - there, reverse=True):
                shutil.rmtree(checkout / folder, ignore_errors=True)
            shutil.rmtree(checkout / SNAPSHOTS)
            shutil.copytree(kept / "snapshots", checkout / SNAPSHOTS)
            shutil.copyfile(kept / "readme", checkout / README)
            raise
