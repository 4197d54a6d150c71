"""Runs programs that start programs of their own, so that none is left behind."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.comparison import CannotMeasureError
from local.server import HOST

LONGEST_END_SECONDS = 30


def run(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], longest_seconds: float
) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end; when it is interrupted or takes too long, everything it started ends with it.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        environment: All of its environment.
        longest_seconds: How long it may take.

    Raises:
        CannotMeasureError: When it is not there or takes too long.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise CannotMeasureError(f"there is no {error.filename}") from None
    with process:
        try:
            output, errors = process.communicate(timeout=longest_seconds)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                shown = " ".join((Path(command[0]).name, *command[1:2]))
                raise CannotMeasureError(f"`{shown}` took more than {longest_seconds:.0f} s") from None
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def unused_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.communicate(timeout=LONGEST_END_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
