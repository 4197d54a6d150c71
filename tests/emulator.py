"""An emulator as it comes, in a process of the tests' own.

Its own server reads HTTP in Python and takes 1.8 ms of processor time a call.
The one that the local AWS uses takes 1 ms, and tests make tens of thousands of calls.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import unused_port

SERVER = (
    "--loop=uvloop",
    "--http=httptools",
    "--lifespan=on",
    "--timeout-keep-alive=75",
    "--log-level=warning",
    "--no-access-log",
    "--no-date-header",
    "--no-server-header",
)
"""Options as `local.server` has them; the emulator sends the headers itself."""


@contextmanager
def emulator_process(directory: Path) -> Iterator[str]:
    """Gives its endpoint once it listens, and ends it."""
    port = unused_port()
    variables = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    server = (sys.executable, "-m", "uvicorn", "ministack.app:app", "--host=127.0.0.1", f"--port={port}", *SERVER)
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(server, cwd=directory, env=os.environ | variables, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            # One that holds some hundred thousand items takes a while.
            process.wait(timeout=120)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "the emulator did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the emulator does not listen")
