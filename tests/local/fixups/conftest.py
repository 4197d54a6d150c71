"""Two real servers: one with the fix-ups, one as the emulator comes, so a test shows what a fix-up changes."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from local.places import CHECKOUT
from local.python_runtime import LOCAL_RUNTIME
from tests.ports import unused_port

AS_THE_EMULATOR_COMES = "from local import server; server.install_fixups = lambda places: None; server.main()"
ROLE = "arn:aws:iam::000000000000:role/function"
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
)
SOON = {"Delay": 0.05, "MaxAttempts": 600}
"""For the SDK's waiters, which ask every five seconds otherwise."""

session = Session()


class RunningServer:
    """A server process of its own, with clients."""

    def __init__(self, root: Path, *, with_fixups: bool) -> None:
        self.root = root
        self._program = ["-m", "local.server"] if with_fixups else ["-c", AS_THE_EMULATOR_COMES]
        self._clients: dict[str, Any] = {}
        self.port = unused_port()
        self.start()

    def start(self) -> None:
        arguments = ["--port", str(self.port), "--root", str(self.root)]
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._program, *arguments],
                cwd=CHECKOUT,
                env={"PATH": os.environ["PATH"], "LEFT_IN_THE_SHELL": "yes"},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, (self.root / "log").read_text()
            assert time.monotonic() < deadline, "the server does not come up"
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stops it and starts it again, even when what is looked at meanwhile is wrong: other tests need it."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def client(self, service: str, **credentials: str) -> Any:
        if service not in self._clients or credentials:
            keys = credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            url = f"http://127.0.0.1:{self.port}"
            made = session.client(service, region_name="us-east-1", endpoint_url=url, **keys)
            if credentials:
                return made
            self._clients[service] = made
        return self._clients[service]

    def function(
        self, name: str, code: str, *, runtime: str = LOCAL_RUNTIME, environment: Mapping[str, str] | None = None
    ) -> Callable[..., Any]:
        """Creates a function of one file; what it gives invokes it."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.py", code)
        roles = self.client("iam")
        if not any(role["RoleName"] == "function" for role in roles.list_roles()["Roles"]):
            roles.create_role(RoleName="function", AssumeRolePolicyDocument=TRUST)
        functions = self.client("lambda")
        functions.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=ROLE,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": dict(environment or {})},
        )
        functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=SOON)
        return lambda **options: functions.invoke(FunctionName=name, LogType="Tail", **options)


@pytest.fixture(scope="session")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path_factory.mktemp("fixed"), with_fixups=True)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path_factory.mktemp("plain"), with_fixups=False)
    yield server
    server.stop()
