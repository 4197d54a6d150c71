"""The process of the local AWS: the emulator with its fix-ups, on 127.0.0.1 only.

`python -m local.server --port 4566 --root .storefront` runs it until SIGTERM or Ctrl-C, which saves the state.
"""

import argparse
import asyncio
import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeAlias, cast

import uvicorn
import uvloop

from local.failure import FailureError
from local.places import Places

HOST = "127.0.0.1"
REGION = "us-east-1"

Application: TypeAlias = Callable[..., Awaitable[None]]
"""An ASGI application."""

KEPT_FROM_THE_SHELL = ("LANG", "LC_ALL", "PATH")


def prepare_environment(environment: MutableMapping[str, str], *, port: int, places: Places) -> None:
    """Sets what the emulator reads when it is imported; all else is removed, because functions inherit the rest.

    Args:
        environment: Usually `os.environ`.
        port: TCP port on 127.0.0.1.
        places: Where the state is kept.
    """
    for name in set(environment) - set(KEPT_FROM_THE_SHELL):
        del environment[name]
    environment.update(
        AUTH="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        BIND_HOST=HOST,
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        MINISTACK_REGION=REGION,
        PERSIST_STATE="1",
        S3_DATA_DIR=str(places.state / "s3"),
        S3_PERSIST="1",
        SFTP_ENABLED="0",
        STATE_DIR=str(places.state),
        TZ="UTC",
    )


def create_application(*, port: int, places: Places) -> Application:
    """The emulator with every fix-up, faults and a tally of use on demand, as an ASGI application.

    There is one a process, since the emulator's state is global.

    Args:
        port: TCP port on 127.0.0.1 where it will be served: functions call back to it.
        places: Where the state is kept; the folders are created.

    Raises:
        FailureError: When another release of the emulator is installed than the fix-ups are made for.
    """
    if "ministack.app" in sys.modules or "ministack.core.persistence" in sys.modules:
        raise RuntimeError("ministack was imported before its environment was prepared: import it after this call")
    places.state.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(places.scratch, ignore_errors=True)
    places.scratch.mkdir(parents=True)
    tempfile.tempdir = str(places.scratch)
    prepare_environment(os.environ, port=port, places=places)

    from ministack import app  # imported only now: it reads the environment

    install_fixups(places)
    from local.faults.application import FaultyApplication
    from local.usage.application import MeteredApplication

    return MeteredApplication(FaultyApplication(cast(Application, app.app)))


def install_fixups(places: Places) -> None:
    """Puts right what the emulator gets wrong; it imports the emulator, so the environment must be prepared."""
    from local import fixups

    fixups.install_all(places)


def serve(application: Application, *, port: int) -> None:
    """Serves on 127.0.0.1 until SIGTERM or SIGINT, then saves the state and returns.

    Args:
        application: What `create_application` gave, or something around it.
        port: The same TCP port.
    """
    uvloop.run(_serve(application, port=port))


class _Server(uvicorn.Server):
    """Leaves the signals to `_serve`: the emulator has to come to rest before the server stops answering."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(application: Application, *, port: int) -> None:
    from local.fixups import orderly_shutdown

    server = _Server(
        uvicorn.Config(
            application,
            host=HOST,
            port=port,
            http="httptools",
            ws="wsproto",
            lifespan="on",
            interface="asgi3",
            access_log=False,
            log_level="warning",
            date_header=False,  # the emulator sends its own
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)

    async def stop_when_at_rest() -> None:
        await stop.wait()
        try:
            await orderly_shutdown.come_to_rest()
        finally:
            server.should_exit = True

    stopping = asyncio.create_task(stop_when_at_rest())
    await server.serve()
    await stopping


def announce(places: Places, *, port: int) -> IO[str]:
    """Writes process id and port to `running.json` and locks it: the lock ends with the process, however that ends.

    Args:
        places: Where the file is.
        port: TCP port on 127.0.0.1.

    Raises:
        FailureError: When another server has the lock.
    """
    places.root.mkdir(parents=True, exist_ok=True)
    file = places.running.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FailureError(f"a local AWS already runs on {places.root}: end it with `make down`") from None
    file.truncate(0)
    json.dump({"pid": os.getpid(), "port": port}, file)
    file.flush()
    return file


def main() -> None:
    """Runs the server in the foreground."""
    parser = argparse.ArgumentParser(description="Runs the local AWS until SIGTERM.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--root", type=Path, required=True, help="folder for state and logs")
    options = parser.parse_args()
    places = Places(root=options.root.resolve())
    with announce(places, port=options.port):
        serve(create_application(port=options.port, places=places), port=options.port)
        shutil.rmtree(places.scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
