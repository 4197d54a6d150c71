from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from .conftest import RunningServer
from .ecs_stack import EcsStack, publish_image, template


def test_a_stack_whose_first_task_does_not_start_fails_with_its_last_line(fixed: RunningServer, tmp_path: Path) -> None:
    publish_image(fixed, tmp_path)
    stack = EcsStack(fixed, "never")

    assert stack.create(template(version="broken")) == "ROLLBACK_COMPLETE"

    assert "it ended with exit code 1: the table has no name" in stack.reasons()
    with pytest.raises(ClientError, match="ClusterNotFound"):
        fixed.client("ecs").describe_services(cluster="never-Cluster", services=["never-Service"])


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer, tmp_path: Path) -> None:
    publish_image(plain, tmp_path)
    stack = EcsStack(plain, "never")

    assert stack.create(template(version="broken")) == "CREATE_COMPLETE"
    stack.delete()
