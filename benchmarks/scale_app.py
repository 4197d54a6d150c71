"""An app of many services, each complete and in a stack of its own; `benchmarks.scale` has it synthesized.

`python scale_app.py SERVICES SOURCES MEASURED`: composes that many services out of the folders in SOURCES, and writes
what synthesis needed to the file MEASURED.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import aws_cdk as cdk

from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    HttpFront,
    JwtInService,
    LambdaCompute,
    MachPolicy,
    Microservice,
    Route,
)


class Placed:
    """What every service publishes, and every service listens for."""

    source: ClassVar[str] = "shop.orders"
    detail_type: ClassVar[str] = "OrderPlaced"
    version: ClassVar[int] = 1


def compose(app: cdk.App, services: int, sources: Path) -> None:
    """Adds the platform and the services.

    Args:
        app: Which app.
        services: How many.
        sources: A folder for each, "service_0" and so on.
    """
    platform = cdk.Stack(app, "Platform")
    front = HttpFront(
        platform, "Front", authorization=JwtInService(issuer="https://issuer.example", client_ids=["shop"])
    )
    mesh = EventMesh(platform, "Mesh")
    for number in range(services):
        Microservice(
            cdk.Stack(app, f"Service{number}"),
            "Service",
            compute=LambdaCompute(sources / f"service_{number}"),
            store=DynamoDbStore(partition_key="pk", sort_key="sk"),
            front=front,
            routes=[
                Route(f"GET /v1/things-{number}/{{id}}", public=True, handler="read.handler"),
                Route(f"PUT /v1/things-{number}/{{id}}", scopes=["things/write"], handler="write.handler"),
            ],
            mesh=mesh,
            publishes=[Placed],
            subscribes=[Placed],
        )


def peak_megabytes() -> float:
    """Most memory that this process and those it started have had in use, in MB.

    It is asked of Linux, which alone remembers the peak of a process that still runs; elsewhere it is what `ps` says of
    now, at the end of synthesis.
    """
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    processes = {int(pid): (int(parent), int(size)) for pid, parent, size in map(str.split, listed.splitlines())}
    own = {os.getpid()}
    while more := {pid for pid, (parent, _) in processes.items() if parent in own} - own:
        own |= more
    return sum(_peak(pid, processes[pid][1]) for pid in own if pid in processes) * 1024 / 1e6


def _peak(pid: int, now: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return now
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) if lines else now


if __name__ == "__main__":
    _, services, sources, measured = sys.argv
    app = cdk.App()
    compose(app, int(services), Path(sources))
    assembly = app.synth()
    templates = sorted(Path(assembly.directory).glob("*.template.json"))
    peak = peak_megabytes()
    started = time.process_time()
    MachPolicy().validate(SimpleNamespace(template_paths=[str(path) for path in templates]))
    policy_seconds = time.process_time() - started
    Path(measured).write_text(
        json.dumps(
            {
                "peak_megabytes": peak,
                "bytes": [path.stat().st_size for path in templates],
                "resources": [len(json.loads(path.read_text())["Resources"]) for path in templates],
                "policy_seconds": policy_seconds,
            }
        )
    )
