"""A container as a process of this machine."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from local.containers import leash
from local.containers.definition import ContainerDefinition, HealthCheck

SECONDS_BETWEEN_CHECKS_AT_START = 0.5
"""Docker asks only after the first interval; here the first request need not wait for that."""
SECONDS_TO_STAY_UP = 1.0
"""How long a container without a health check must run before it counts as started."""
LAST_LINES = 20


class NotHealthyError(Exception):
    """A container did not start, or is not well any more; says what it printed last."""


class Container:
    """A container that runs, from its start on.

    Args:
        definition: What it runs.
        folder: Its image's folder, where it runs.
        environment: All of its variables.
        write: Gets each line it prints.
    """

    def __init__(
        self,
        definition: ContainerDefinition,
        *,
        folder: Path,
        environment: Mapping[str, str],
        write: Callable[[str], None],
    ) -> None:
        self.definition = definition
        self._folder, self._environment = folder, dict(environment)
        self._write = write
        self._lines = deque[str](maxlen=LAST_LINES)
        self._stopping = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, *definition.command],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that all of its processes can be ended
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True, name=f"log of {definition.name}")
        self._reader.start()

    @property
    def id(self) -> str:
        """Its id: the number of its process."""
        return str(self.process.pid)

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.process.poll()

    @property
    def last_line(self) -> str:
        """What it printed last."""
        return self._lines[-1] if self._lines else "it printed nothing"

    def wait_until_healthy(self) -> None:
        """Waits until its health check succeeds; without one, until it has run for a second.

        Raises:
            NotHealthyError: When it ends, is stopped, or its checks fail once too often after the start period.
        """
        check = self.definition.health_check
        if check is None:
            self._pause(SECONDS_TO_STAY_UP)
            return
        patience = time.monotonic() + check.start_period
        failed = 0
        while not self._is_well(check):
            if self._stopping.is_set():
                raise NotHealthyError("it was stopped")
            failed += time.monotonic() >= patience
            if failed >= check.retries:
                raise NotHealthyError(f"its health check failed {failed} times: {self.last_line}")
            self._pause(SECONDS_BETWEEN_CHECKS_AT_START if time.monotonic() < patience else check.interval)

    def watch(self) -> None:
        """Checks its health until it is stopped; returns when it is.

        Raises:
            NotHealthyError: When it ended, or its checks failed once too often.
        """
        check, failed = self.definition.health_check, 0
        while not self._stopping.is_set():
            self._pause(check.interval if check else 1.0)
            failed = 0 if check is None or self._is_well(check) else failed + 1
            if check and failed >= check.retries and not self._stopping.is_set():
                raise NotHealthyError(f"its health check failed {failed} times: {self.last_line}")

    def stop(self) -> None:
        """Sends SIGTERM, and SIGKILL after its stop timeout if it is still there; returns at once."""
        if not self._stopping.is_set():
            self._stopping.set()
            threading.Thread(target=self.end, args=(self.definition.stop_timeout,), daemon=True).start()

    def end(self, within_seconds: float) -> None:
        """Sends SIGTERM, and SIGKILL after that time if it is still there; returns when it is gone.

        Args:
            within_seconds: How long it may take to end by itself.
        """
        self._stopping.set()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(within_seconds)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(1)
        if self.process.stdin:
            self.process.stdin.close()

    def _read(self) -> None:
        with self.process.stdout or open(os.devnull) as output:
            for line in output:
                text = line.rstrip("\n")
                self._lines.append(text)
                self._write(text)

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self._stopping.is_set():
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(min(left, 0.1))
            if self.exit_code is not None:
                break
        if self._stopping.is_set():
            return
        if self.exit_code is not None:
            self._reader.join(1)
            raise NotHealthyError(f"it ended with exit code {self.exit_code}: {self.last_line}")

    def _is_well(self, check: HealthCheck) -> bool:
        try:
            answer = subprocess.run(
                check.command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=check.timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return answer.returncode == 0
