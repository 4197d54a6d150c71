"""The deployed inventory, switched from functions to containers and back as `make up FARGATE=…` does."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field

from local.deployment import Deployment
from local.places import Places
from tests.local.deployed.storefront import Storefront

LAMBDA, FARGATE = "lambda", "fargate"


@dataclass
class ComputeSwitch:
    """What the inventory runs on.

    Args:
        deployment: The storefront, deployed with every service on Lambda.
        places: Its files.
        storefront: Its clients.
        other: Where the assembly of the other compute is: at first the one for Fargate.
        synthesized: Waits until it is.
    """

    deployment: Deployment
    places: Places
    storefront: Storefront
    _: KW_ONLY
    other: Places
    synthesized: Callable[[], None]
    current: str = LAMBDA
    ports_before: list[int] = field(default_factory=list)
    """Where tasks listened before the last switch."""

    def to(self, compute: str) -> None:
        """Deploys the inventory on another compute, if it is not on it yet; the rest of the storefront stays."""
        if compute == self.current:
            return
        self.synthesized()
        self.ports_before = self.ports()
        here, other = self.places.assembly, self.other.assembly
        between = here.rename(here.with_name("assembly-between"))
        other.rename(here)
        between.rename(other)
        self.deployment.deploy(lambda _line: None)
        self.current = compute

    def ports(self) -> list[int]:
        """Where the tasks listen that the API reaches."""
        registry = self.storefront.aws("servicediscovery")
        return [
            int(instance["Attributes"]["AWS_INSTANCE_PORT"])
            for service in registry.list_services()["Services"]
            for instance in registry.list_instances(ServiceId=service["Id"])["Instances"]
        ]

    def tasks(self) -> list[str]:
        """The tasks of every cluster."""
        containers = self.storefront.aws("ecs")
        return [
            task
            for cluster in containers.list_clusters()["clusterArns"]
            for task in containers.list_tasks(cluster=cluster)["taskArns"]
        ]

    def task_folders(self) -> list[str]:
        """The temporary folders of containers; each is deleted when its processes are gone."""
        return [str(folder) for folder in (self.places.scratch / "tasks").glob("*/*")]
