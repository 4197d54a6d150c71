"""A storefront for all deployed tests of a process: the real CDK CLI deploys it to a local AWS of its own, with IAM
enforced.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from local import tokens
from local.aws import LocalAws
from local.deployment import Deployment
from local.places import CHECKOUT, Places
from local.server import HOST, KEPT_FROM_THE_SHELL
from tests.local.composition import packed_storefront
from tests.local.deployed.storefront import Storefront, product
from tests.ports import unused_port


class OneStorefrontPerModule(LoadScopeScheduling):
    """Keeps the tests of a module in one process, so that each finds the storefront as those before it left it.

    Those of the inventory share one as well: they have it deployed to containers and back, which is not to be done
    twice. pytest-xdist 3.8 has groups for this, which pytest 9.2 does not let it write into the tests' ids.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return str(Path(module).parent) if Path(module).parent.name == "inventory" else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return OneStorefrontPerModule(config, log)


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places(root=tmp_path_factory.mktemp("local-aws"))


@pytest.fixture(scope="session")
def endpoint(places: Places) -> Iterator[str]:
    """A local AWS of the tests' own."""
    port = unused_port()
    with (places.root / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.server", f"--port={port}", f"--root={places.root}"],
            cwd=CHECKOUT,
            env={name: os.environ[name] for name in KEPT_FROM_THE_SHELL if name in os.environ},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    endpoint = f"http://{HOST}:{port}"
    try:
        Storefront.eventually(lambda: answers(endpoint, process, Path(log.name)), within_seconds=60)
        yield endpoint
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)


@pytest.fixture(scope="session")
def deployment(endpoint: str, places: Places) -> Deployment:
    """The whole storefront, deployed."""
    deployment = Deployment(endpoint, places)
    with ThreadPoolExecutor(1) as beside:
        composition = beside.submit(packed_storefront)
        deployment.bootstrap(lambda _line: None)
        composition.result().copy(places.assembly)
    deployment.deploy(lambda _line: None)
    return deployment


@pytest.fixture(scope="session")
def storefront(endpoint: str, deployment: Deployment) -> Iterator[Storefront]:
    assert deployment
    aws = LocalAws(endpoint)
    storefront = Storefront(
        url=aws.api_url(),
        endpoint=endpoint,
        merchant_token=tokens.merchant_token(aws),
        customer_token=tokens.customer_token(aws, "ada"),
    )
    # The promises hold for a storefront that is in use; on two cores the first event starts four processes.
    first = storefront.publish(product())
    storefront.eventually(lambda: first["id"] in storefront.found("plain"), within_seconds=60)
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{first['id']}").is_success)
    yield storefront
    storefront.close()


def answers(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    try:
        return httpx.get(f"{endpoint}/_storefront/faults").is_success
    except httpx.TransportError:
        return False
