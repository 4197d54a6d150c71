"""Starts the server in the background, finds it again, and stops it."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

from local.failure import FailureError
from local.places import CHECKOUT, Places
from local.server import HOST, KEPT_FROM_THE_SHELL

DEFAULT_PORT = 4566
LONGEST_START_SECONDS = 30.0
LONGEST_STOP_SECONDS = 120.0
"""It saves the state first, and on a busy machine hundreds of megabytes of code take their time."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Servers that this process started: it has to collect them when it lives longer than they."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A local AWS that runs.

    Args:
        pid: Its process id.
        port: Its TCP port on 127.0.0.1.
    """

    pid: int
    port: int

    @property
    def url(self) -> str:
        """The endpoint of every AWS service, without a trailing slash."""
        return url(self.port)


def url(port: int) -> str:
    """The endpoint of every AWS service of the server on this port, without a trailing slash."""
    return f"http://{HOST}:{port}"


def find(places: Places) -> Server | None:
    """The server that runs on these places, or None. A file left by a killed server counts for nothing."""
    try:
        file = places.running.open()
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Server(**json.load(file))
    return None


def require(places: Places) -> Server:
    """The server that runs on these places.

    Raises:
        FailureError: When none runs.
    """
    server = find(places)
    if server is None:
        raise FailureError("the local AWS is not running: start it with `make up`")
    return server


def port_to_use(places: Places, port: int | None) -> int:
    """The port of the server that runs, else of the state (its queue URLs carry it), else the one asked for.

    Args:
        places: Where server and state are looked for.
        port: The port asked for, if any.

    Raises:
        FailureError: When another one is asked for than the server or the state has.
    """
    server = find(places)
    if server is not None:
        if port not in (None, server.port):
            raise FailureError(f"the local AWS already runs on port {server.port}, not {port}: `make down` ends it")
        return server.port
    try:
        remembered = int((places.state / "port").read_text())
    except (FileNotFoundError, ValueError):
        return port or DEFAULT_PORT
    if port not in (None, remembered):
        raise FailureError(
            f"the state in {places.state} belongs to port {remembered}, not {port}: "
            f"run `make up PORT={remembered}`, or delete it first with `make down CLEAN=1`"
        )
    return remembered


def start(places: Places, *, port: int | None = None) -> Server:
    """Starts the server in a session of its own and waits until it serves (about a second).

    Args:
        places: Where its state is kept.
        port: TCP port on 127.0.0.1; None for the one the state was made with, or 4566.

    Raises:
        FailureError: When the port is taken, is not the state's, or the server does not come up.
    """
    port = port_to_use(places, port)
    if _is_taken(port):
        bound = (places.state / "port").exists()
        otherwise = (
            "delete the state that belongs to it: make down CLEAN=1"
            if bound
            else f"choose another: make up PORT={port + 1}"
        )
        raise FailureError(f"port {port} of {HOST} is taken by another program: end it, or {otherwise}")
    places.state.mkdir(parents=True, exist_ok=True)
    (places.state / "port").write_text(str(port))
    with places.log.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.server", "--port", str(port), "--root", str(places.root)],
            cwd=CHECKOUT,
            env={name: os.environ[name] for name in KEPT_FROM_THE_SHELL if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    try:
        _wait_until_it_serves(process, port, places)
    except BaseException:
        process.terminate()
        _reap(process.pid)
        raise
    return Server(pid=process.pid, port=port)


def stop(places: Places) -> bool:
    """Ends the server and waits until its state is saved; tells whether one ran.

    Raises:
        FailureError: When it has not ended after two minutes.
    """
    server = find(places)
    if server is None:
        return False
    os.kill(server.pid, signal.SIGTERM)
    deadline = time.monotonic() + LONGEST_STOP_SECONDS
    while find(places) is not None:
        if time.monotonic() > deadline:
            waited = f"{LONGEST_STOP_SECONDS:.0f} s"
            raise FailureError(f"the local AWS (process {server.pid}) has not ended after {waited}: see {places.log}")
        time.sleep(0.02)
    _reap(server.pid)
    places.running.unlink(missing_ok=True)
    return True


def forget(places: Places) -> None:
    """Deletes the state, the logs and the assembly of a server that does not run; downloads and caches stay."""
    for folder in (places.state, places.scratch, places.assembly):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (places.log, places.deployment_log, places.running):
        file.unlink(missing_ok=True)


def _reap(pid: int) -> None:
    child = _children.pop(pid, None)
    if child is not None:
        child.wait(LONGEST_STOP_SECONDS)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _wait_until_it_serves(process: subprocess.Popen[bytes], port: int, places: Places) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise FailureError(f"the local AWS ended at once (exit code {process.returncode}): see {places.log}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    raise FailureError(f"the local AWS does not answer on port {port} after 30 s: see {places.log}")
