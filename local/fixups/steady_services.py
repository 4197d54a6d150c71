"""A stack waits until its ECS services are steady, and fails with what a task printed last when they never are.

The emulator calls a service created as soon as it knows of it. A service never has more tasks here than this machine
has processors: each task is a group of processes, and the next ones would only wait.
"""

import os
import time
from collections.abc import Callable
from typing import Any

from ministack.services import ecs
from ministack.services.cloudformation import provisioners, stacks

SERVICE = "AWS::ECS::Service"
LONGEST_WAIT_SECONDS = 180.0
"""CloudFormation waits three hours; nothing here takes minutes to start."""
MOST_FAILED_TASKS = 3
"""Without a circuit breaker ECS tries for ever; here a deployment fails then, as with one."""
MOST_TASKS = os.cpu_count() or 1
_POLL_SECONDS = 0.1

Handler = Callable[..., Any]


def install() -> None:
    """Replaces what the emulator does when a template has a service."""
    for owner, name in (
        (ecs, "_make_deployment"),
        (ecs, "_primary_deployment"),
        (ecs, "_delete_service"),
        (stacks, "_runs_on_worker_thread"),
    ):
        if not callable(getattr(owner, name, None)):
            raise RuntimeError(f"ministack changed: {owner.__name__} has no {name}")
    handlers = provisioners._RESOURCE_HANDLERS[SERVICE]
    create, update = handlers["create"], handlers["update"]
    make_deployment, on_worker_thread = ecs._make_deployment, stacks._runs_on_worker_thread

    def new_deployment(task_definition: str, desired_count: int, *arguments: Any, **options: Any) -> Any:
        deployment = make_deployment(task_definition, desired_count, *arguments, **options)
        if desired_count:
            deployment.update(rolloutState="IN_PROGRESS", rolloutStateReason="")
        return deployment

    def create_and_wait(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        arn, attributes = create(logical_id, properties, stack_name)
        try:
            wait_until_steady(arn)
        except Exception:
            # CloudFormation does not know it yet, so nobody else would.
            cluster, name = arn.rsplit("/", 2)[-2:]
            ecs._delete_service({"cluster": cluster, "service": name, "force": True})
            raise
        return arn, attributes

    def update_and_wait(arn: str, old: dict[str, Any], new: dict[str, Any], stack_name: str) -> Any:
        answer = update(arn, old, new, stack_name)
        try:
            wait_until_steady(arn)
        except Exception:
            # The stack goes back to what it was, but for the resource that failed: it has to do so by itself.
            update(arn, new, old, stack_name)
            raise
        return answer

    def runs_on_worker_thread(resource_type: str) -> bool:
        return resource_type == SERVICE or bool(on_worker_thread(resource_type))

    ecs._make_deployment = new_deployment
    handlers["create"], handlers["update"] = create_and_wait, update_and_wait
    stacks._runs_on_worker_thread = runs_on_worker_thread
    for action, name in (("CreateService", "_create_service"), ("UpdateService", "_update_service")):
        modest = _with_modest_count(getattr(ecs, name))
        setattr(ecs, name, modest)
        ecs._ACTION_MAP[action] = modest


def wait_until_steady(arn: str) -> None:
    """Waits until as many tasks of the newest deployment run as the service should have.

    Args:
        arn: The service.

    Raises:
        ValueError: When the deployment fails, or takes longer than three minutes.
    """
    service = ecs._services["/".join(arn.rsplit("/", 2)[-2:])]
    deployment = ecs._primary_deployment(service)
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not _is_steady(service, deployment):
        failed = _failed_tasks(deployment)
        if deployment["rolloutState"] == "FAILED" or len(failed) >= MOST_FAILED_TASKS:
            raise ValueError(f"service {service['serviceName']}: {failed[-1] if failed else 'its deployment failed'}")
        if time.monotonic() > deadline:
            why = failed[-1] if failed else "no task became healthy"
            raise ValueError(f"service {service['serviceName']} is not steady after {LONGEST_WAIT_SECONDS:g} s: {why}")
        time.sleep(_POLL_SECONDS)


def _is_steady(service: dict[str, Any], deployment: dict[str, Any]) -> bool:
    return bool(
        deployment["rolloutState"] == "COMPLETED" and deployment["runningCount"] == int(service["desiredCount"])
    )


def _failed_tasks(deployment: dict[str, Any]) -> list[str]:
    """Why tasks of the deployment stopped that nobody stopped, oldest first."""
    return [
        task["stoppedReason"]
        for task in list(ecs._tasks.values())
        if task.get("_deployment_id") == deployment["id"]
        and task.get("stopCode") in ("TaskFailedToStart", "EssentialContainerExited")
    ]


def _with_modest_count(change: Handler) -> Handler:
    def change_modestly(data: dict[str, Any]) -> Any:
        if data.get("desiredCount") is None:
            return change(data)
        return change({**data, "desiredCount": min(int(data["desiredCount"]), MOST_TASKS)})

    return change_modestly
