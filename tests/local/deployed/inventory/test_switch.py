"""What a switch of the compute keeps, and what it leaves behind: nothing."""

import socket
from pathlib import Path
from typing import Any

import httpx

from local.aws import LocalAws
from local.places import Places
from tests.local.deployed.storefront import Storefront

ONE_TASK_EACH = len(("web", "worker"))


def test_stock_and_address_outlive_the_switch(storefront: Storefront, before: dict[str, Any]) -> None:
    path = f"/v1/inventory/{before['sku']}"
    read = storefront.visitor.get(path)
    assert (read.json(), read.headers["etag"]) == (before["stock"], before["etag"])
    assert LocalAws(storefront.endpoint).api_url() == before["url"]

    changed = storefront.merchant.put(
        path, json={"on_hand": before["stock"]["on_hand"] + 1}, headers={"If-Match": before["etag"]}
    )
    changed.raise_for_status()
    before.update(stock=changed.json(), etag=changed.headers["etag"])


def test_tasks_run_on_fargate_only(
    storefront: Storefront, compute: str, places: Places, before: dict[str, Any]
) -> None:
    if compute == "fargate":
        assert len(tasks(storefront)) == len(folders(places)) == ONE_TASK_EACH
        (before["port"],) = ports(storefront)
        assert httpx.get(f"http://127.0.0.1:{before['port']}/health").is_success
        return
    assert tasks(storefront) == ports(storefront) == []
    # A worker takes its time to end: it waits for the answers that it asked for.
    storefront.eventually(lambda: folders(places) == [])
    with socket.socket() as probe:
        assert "port" not in before or probe.connect_ex(("127.0.0.1", before["port"])) != 0


def tasks(storefront: Storefront) -> list[str]:
    """The tasks of every cluster."""
    ecs = storefront.aws("ecs")
    return [
        task for cluster in ecs.list_clusters()["clusterArns"] for task in ecs.list_tasks(cluster=cluster)["taskArns"]
    ]


def ports(storefront: Storefront) -> list[int]:
    """Where the tasks listen that the API reaches."""
    registry = storefront.aws("servicediscovery")
    return [
        int(instance["Attributes"]["AWS_INSTANCE_PORT"])
        for service in registry.list_services()["Services"]
        for instance in registry.list_instances(ServiceId=service["Id"])["Instances"]
    ]


def folders(places: Places) -> list[Path]:
    """The temporary folders of containers; each is deleted when its processes are gone."""
    return list((places.scratch / "tasks").glob("*/*"))
