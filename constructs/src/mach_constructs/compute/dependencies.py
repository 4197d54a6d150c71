"""A service's third-party packages: locked with hashes, installed by uv for the target, kept in a cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import uv

from mach_constructs.compute.target import Target

CACHE_VARIABLE = "MACH_CONSTRUCTS_CACHE"


@dataclass(frozen=True)
class Dependencies:
    """What `requirements.txt` in a service's folder locks; without that file, nothing.

    Every line must pin one version with `==` and carry at least one `--hash`, so that what is deployed is what was
    reviewed. `uv pip compile --generate-hashes requirements.in -o requirements.txt` writes such a file.

    Attributes:
        lock: Path of the `requirements.txt`, whether or not it exists.
    """

    lock: Path

    def digest(self, target: Target) -> str:
        """Give the cache key: the lock's content and the target it is installed for."""
        content = self.lock.read_bytes() if self.lock.is_file() else b""
        identity = f"{target.python_version}\0{target.python_platform}\0".encode()
        return hashlib.sha256(identity + content).hexdigest()

    def validate(self) -> None:
        """Check the lock.

        Raises:
            ValueError: A requirement is not pinned, has no hash, or is an option such as `-r` or `--index-url`.
        """
        if not self.lock.is_file():
            return
        for requirement in _requirements(self.lock.read_text(encoding="utf-8")):
            name = requirement.split(" ", 1)[0]
            if requirement.startswith("-"):
                raise ValueError(f"{self.lock} may hold only pinned requirements, got the option {name!r}")
            if not re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?==\S+", requirement):
                raise ValueError(f"{self.lock} must pin every requirement with ==, got {name!r}")
            if "--hash=sha256:" not in requirement:
                raise ValueError(f"{self.lock} must lock every requirement with --hash=sha256:…, {name!r} has none")

    def install(self, target: Target) -> Path | None:
        """Install the locked packages, or find them installed.

        Args:
            target: Runtime and platform to choose wheels for.

        Returns:
            A folder with the packages that must not be changed, or None when there are no dependencies.

        Raises:
            RuntimeError: uv failed; the message holds what it said.
        """
        if not self.lock.is_file():
            return None
        cache = _cache_folder()
        installed = cache / self.digest(target)
        if not installed.is_dir():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix="installing-") as temporary:
                packages = Path(temporary) / "packages"
                _uv_install(self.lock, target, packages)
                _publish(packages, installed)
        return installed


def _cache_folder() -> Path:
    configured = os.environ.get(CACHE_VARIABLE)
    if configured:
        return Path(configured).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mach-constructs"


def _requirements(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = "\n".join(lines).replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip()]


def _uv_install(lock: Path, target: Target, packages: Path) -> None:
    command = [
        uv.find_uv_bin(), "pip", "install", "--quiet", "--no-progress",
        "--target", str(packages),
        "--python", sys.executable,
        "--python-version", target.python_version,
        "--python-platform", target.python_platform,
        "--only-binary", ":all:",
        "--require-hashes",
        "--link-mode", "copy",
        "--requirement", str(lock),
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (no shell, own arguments)
    if result.returncode:
        raise RuntimeError(
            f"uv could not install {lock} for Python {target.python_version} on {target.python_platform}:\n"
            f"{result.stderr.strip()}"
        )
    packages.mkdir(exist_ok=True)  # a lock without requirements installs nothing, not even the folder
    shutil.rmtree(packages / "bin", ignore_errors=True)  # console scripts name this machine's interpreter
    (packages / ".lock").unlink(missing_ok=True)


def _publish(packages: Path, installed: Path) -> None:
    try:
        packages.rename(installed)
    except OSError:
        # Another synth finished the same installation first; both have the same content.
        if not installed.is_dir():
            raise
