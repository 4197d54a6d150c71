"""The deployed inventory, switched from functions to containers and back as `make up FARGATE=…` does.

Every test here runs three times: on Lambda, on Fargate, and on Lambda again.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from local.deployment import Deployment
from local.places import Places
from tests.local.another_assembly import PlacesOfAnotherAssembly
from tests.local.deployed.storefront import Storefront


@pytest.fixture(scope="session")
def on_fargate(deployment: Deployment, storefront: Storefront, places: Places) -> Iterator[Future[Deployment]]:
    """What deploys the inventory on Fargate. It is synthesized while the tests run on Lambda."""
    assert deployment  # its log is begun before this one's
    aside = PlacesOfAnotherAssembly(root=places.root, name="assembly-on-fargate")

    def synthesize() -> Deployment:
        on_fargate = Deployment(storefront.endpoint, aside)
        on_fargate.synthesize(["inventory"])
        return on_fargate

    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(synthesize)


@pytest.fixture(scope="session")
def before(storefront: Storefront) -> dict[str, Any]:
    """What the tests saw on the compute before; at first a SKU that was counted on Lambda."""
    sku = storefront.new_id("carried")
    written = storefront.merchant.put(f"/v1/inventory/{sku}", json={"on_hand": 20})
    written.raise_for_status()
    return {"sku": sku, "stock": written.json(), "etag": written.headers["etag"], "url": storefront.url}


@pytest.fixture(scope="session", autouse=True, params=["lambda", "fargate", "lambda again"])
def compute(
    request: pytest.FixtureRequest,
    deployment: Deployment,
    on_fargate: Future[Deployment],
    before: dict[str, Any],
) -> str:
    """What the inventory runs on; the storefront was deployed on Lambda."""
    assert before  # it was written before the switch
    if request.param == "fargate":
        on_fargate.result().deploy(lambda _line: None)
    elif request.param == "lambda again":
        deployment.deploy(lambda _line: None)
    return str(request.param)


@pytest.fixture
def stocked(storefront: Storefront) -> str:
    """Path of a SKU of which 20 are on hand."""
    path = f"/v1/inventory/{storefront.new_id('sku')}"
    storefront.merchant.put(path, json={"on_hand": 20}).raise_for_status()
    return path
