import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.fixups import steady_services

from .conftest import RunningServer
from .ecs_stack import EcsStack, deployed, publish_image, template


@pytest.fixture(scope="module")
def web(fixed: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EcsStack]:
    with deployed(fixed, "web", tmp_path_factory.mktemp("image")) as stack:
        yield stack


def until(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def process(web: EcsStack) -> int:
    return int(web.get("/v1/who").json()["pid"])


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_task_is_its_command_in_its_image_with_its_environment(web: EcsStack) -> None:
    environment = web.get("/v1/environment").json()

    assert environment["VERSION"] == "one"
    assert environment["HOST"] == "127.0.0.1", "not every address of a laptop, as within a task"
    assert environment["PORT"] != "8080"
    assert not any(name.startswith(("OTEL_", "LEFT_IN")) for name in environment)
    assert web.get("/v1/imports").json() == {"boto3": False, "httpx": False, "beside": True}
    assert web.service["runningCount"] == 1


def test_what_it_prints_is_in_its_log_group(web: EcsStack) -> None:
    until(lambda: any(line.startswith("version one starts in") for line in web.printed()))


def test_a_task_that_ended_is_replaced(web: EcsStack) -> None:
    before = process(web)
    web.get("/v1/exit")
    until(lambda: is_gone(before))

    until(lambda: web.get("/v1/who").is_success)
    assert process(web) != before


def test_a_task_that_is_not_well_any_more_is_replaced(web: EcsStack) -> None:
    before = process(web)
    web.get("/v1/ill")

    until(lambda: is_gone(before), seconds=30)
    until(lambda: web.get("/v1/who").is_success)


def test_a_new_version_takes_over_without_a_gap_and_the_old_one_ends_in_order(web: EcsStack) -> None:
    before, answers = process(web), list[int]()
    web.server.client("cloudformation").update_stack(
        StackName=web.name, TemplateBody=template(version="two"), Capabilities=["CAPABILITY_IAM"]
    )
    until(lambda: answers.append((answer := web.get("/v1/who")).status_code) or answer.json()["version"] == "two", 30)

    assert set(answers) == {200}
    until(lambda: is_gone(before))
    assert "ends in order" in web.printed()
    web.settled()


def test_a_version_that_does_not_start_leaves_the_old_one_and_says_why(web: EcsStack) -> None:
    before = process(web)

    status = web.update(template(version="broken"))

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "it ended with exit code 1: the table has no name" in web.reasons()
    assert process(web) == before


def test_the_desired_count_is_followed_as_far_as_there_are_processors(web: EcsStack) -> None:
    most = steady_services.MOST_TASKS
    cluster, service = web.outputs["Cluster"], web.outputs["Service"]
    change = web.server.client("ecs").update_service

    change(cluster=cluster, service=service, desiredCount=0)
    until(lambda: web.service["runningCount"] == 0)
    assert web.get("/v1/who").status_code == 503

    change(cluster=cluster, service=service, desiredCount=50)
    until(lambda: web.service["runningCount"] == most, 40)
    assert len({process(web) for _ in range(2 * most)}) == most, "one after the other"
    assert web.service["desiredCount"] == most


def test_tasks_come_back_with_the_server_and_end_with_it_however_it_ends(web: EcsStack) -> None:
    before = process(web)
    with web.server.stopped():
        assert is_gone(before)
    until(lambda: web.get("/v1/who").is_success, 40)
    restarted = process(web)

    web.server.process.kill()
    web.server.process.wait()
    until(lambda: is_gone(restarted))

    web.server.start()
    until(lambda: web.get("/v1/who").is_success, 40)


def test_a_task_ends_with_its_stack(fixed: RunningServer, tmp_path: Path) -> None:
    with deployed(fixed, "short", tmp_path, health=False) as stack:
        before = process(stack)

    until(lambda: is_gone(before))


def test_an_image_that_was_not_published_is_named(fixed: RunningServer, tmp_path: Path) -> None:
    publish_image(fixed, tmp_path)
    stack = EcsStack(fixed, "missing")

    assert stack.create(template(version="one", tag="other")) == "ROLLBACK_COMPLETE"

    assert "there is no image 000000000000.dkr.ecr.us-east-1.amazonaws.com/images:other here" in stack.reasons()


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer, tmp_path: Path) -> None:
    with deployed(plain, "plain", tmp_path) as stack:
        assert stack.service["runningCount"] == 1
        assert stack.printed() == []
