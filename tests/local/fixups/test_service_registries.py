from pathlib import Path

from .conftest import RunningServer
from .ecs_stack import EcsStack, deployed


def instances(stack: EcsStack) -> list[dict[str, str]]:
    found = stack.server.client("servicediscovery").list_instances(ServiceId=stack.outputs["Registry"])["Instances"]
    return [instance["Attributes"] for instance in found]


def test_healthy_tasks_are_registered_with_their_port(fixed: RunningServer, tmp_path: Path) -> None:
    with deployed(fixed, "registered", tmp_path) as stack:
        (instance,) = instances(stack)
        stack.server.client("ecs").update_service(
            cluster=stack.outputs["Cluster"], service=stack.outputs["Service"], desiredCount=0
        )

        assert instance["AWS_INSTANCE_IPV4"] == "127.0.0.1"
        assert instance["AWS_INSTANCE_PORT"].isdigit()
        assert instances(stack) == []


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer, tmp_path: Path) -> None:
    with deployed(plain, "registered", tmp_path) as stack:
        assert stack.service["serviceRegistries"] == []
        assert instances(stack) == []
