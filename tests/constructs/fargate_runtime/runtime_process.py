"""The runtime as a container runs it: its folder beside `service/`, a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from mach_constructs.compute.fargate import mach_runtime
from tests.ports import unused_port

FIXTURES = Path(__file__).parent / "fixtures"


def stage(folder: Path) -> Path:
    """Lay the folder out as the image has it; the packages come from the interpreter that runs the tests."""
    shutil.copytree(Path(mach_runtime.__file__).parent, folder / "mach_runtime")
    shutil.copytree(FIXTURES / "service", folder / "service")
    return folder


class RuntimeProcess:
    """`python -m mach_runtime web` or `worker`.

    Args:
        folder: What `stage` made.
        command: Which one.
        environment: Its variables besides host and port.
    """

    def __init__(self, folder: Path, command: str, environment: Mapping[str, str]) -> None:
        self.folder, self.port = folder, unused_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder / f"{command}-{self.port}.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        }
        with self.output.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mach_runtime", command],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_healthy(self) -> RuntimeProcess:
        for _ in range(300):
            assert self.process.poll() is None, self.said
            try:
                if httpx.get(f"{self.url}/health", timeout=1).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise TimeoutError(self.said)

    @property
    def said(self) -> str:
        return self.output.read_text()

    def check(self) -> int:
        """Run the container's health check and give its exit code."""
        command = [sys.executable, "-m", "mach_runtime", "health"]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, check=False, capture_output=True
        ).returncode

    def stop(self, timeout: float = 20) -> int:
        """Send SIGTERM and give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not stop:\n{self.said}") from None
