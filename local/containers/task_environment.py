"""What a container finds in its environment."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from local.server import HOST, KEPT_FROM_THE_SHELL, REGION


def task_environment(
    defined: Mapping[str, str], *, port: int, endpoint: str, credentials: str | None, interpreter: Path, temporary: Path
) -> dict[str, str]:
    """The variables of a container: those of its definition, what ECS adds, and where it is here.

    Args:
        defined: What its definition says. `HOST` and `PORT` become this machine's, because every task has an address of
            its own on AWS and shares one here; `OTEL_…` is left out, because no collector runs.
        port: Where it may listen.
        endpoint: Where it finds AWS.
        credentials: Path of its role's credentials at that endpoint; None when the task has no role.
        interpreter: Folder of its Python.
        temporary: Its temporary folder.
    """
    own = {name: value for name, value in defined.items() if not name.startswith("OTEL_")}
    here = {"HOST": HOST, "PORT": str(port)}
    shell = {name: os.environ[name] for name in KEPT_FROM_THE_SHELL if name in os.environ}
    environment = {
        **shell,
        **own,
        **{name: value for name, value in here.items() if name in own},
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": REGION,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "HOME": str(temporary),
        "PATH": f"{interpreter}:{shell.get('PATH', os.defpath)}",
        "TMPDIR": str(temporary),
        "TZ": "UTC",
    }
    if credentials:
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = endpoint + credentials
    return environment


def unused_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
