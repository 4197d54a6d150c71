"""A task of ECS is processes of this machine: its containers' commands, in the folders of their images.

Without Docker the emulator's tasks are RUNNING though nothing runs. Its scheduler is a real one, though: it keeps the
desired count, replaces tasks, rolls out and back. So it gets containers in the shape of Docker's that are processes.
A task runs when its containers are healthy; one that fails is replaced after a pause that grows.
"""

import threading
import time
import venv
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.services import ecs

from local.container_images import ContainerImages, UnknownImageError
from local.containers.container import Container, NotHealthyError
from local.containers.definition import ContainerDefinition, in_api_case
from local.containers.docker import DockerClient, DockerContainer
from local.containers.task_environment import task_environment, unused_port
from local.fixups import api_urls, service_registries, task_roles

FAILURES_REMEMBERED_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
RESTORE_SECONDS = 0.2
"""How long after the state was read its tasks are started: they call back to a server that listens."""
REPLACED = (
    "_cleanup_task_resources",
    "_deployment_needs_first_task",
    "_mark_task_stopped",
    "_record_service_task_failure",
    "_reconcile_service_tasks",
    "_start_task_worker",
)
USED = ("_mark_task_pending", "_mark_task_activating", "_mark_task_running", "_fail_task_start", "_awslogs_config")

docker = DockerClient()
_failures: dict[str, deque[float]] = defaultdict(deque)
"""When tasks of each service failed, as long as it makes the next one wait."""
_stopping = threading.Event()


def install(*, images: Path, scratch: Path, endpoint: str) -> None:
    """Gives the emulator processes where it looks for containers.

    Args:
        images: Folder of the images.
        scratch: Folder for what containers write and for their interpreter; it may be deleted when none runs.
        endpoint: Where containers find AWS.
    """
    for name in (*REPLACED, *USED):
        if not callable(getattr(ecs, name, None)):
            raise RuntimeError(f"ministack changed: ecs has no {name}")
    tasks = _Tasks(images=ContainerImages(images), scratch=scratch, endpoint=endpoint)
    mark_stopped, reconcile = ecs._mark_task_stopped, ecs._reconcile_service_tasks

    def mark_stopped_and_end(arn: str, task: dict[str, Any], reason: str, code: str, exit_code: Any = None) -> bool:
        service = _service_of(task)
        if service:
            service_registries.deregister(service, task)
        if code != "UserInitiated":
            _failures[str(task["group"])].append(time.monotonic())
        ids = list(task.get("_docker_ids") or [])
        stopped = bool(mark_stopped(arn, task, reason, code, exit_code))
        for container_id in ids:
            docker.get(container_id).stop()
        return stopped

    def reconcile_unless_stopping(*arguments: Any) -> None:
        if not _stopping.is_set():
            reconcile(*arguments)

    ecs._docker = docker
    ecs._start_task_worker = tasks.start
    ecs._mark_task_stopped = mark_stopped_and_end
    ecs._reconcile_service_tasks = reconcile_unless_stopping
    ecs._deployment_needs_first_task = lambda *_arguments: False
    ecs._ECS_DEPLOYMENT_STEADY_DELAY = 0.0  # it stands in for the health checks that were made here
    ecs._ECS_RESTORE_RECONCILE_DELAY = RESTORE_SECONDS


def end_all(within_seconds: float) -> None:
    """Starts no task any more and ends every container; returns when they are gone.

    Args:
        within_seconds: How long they may take to end by themselves.
    """
    _stopping.set()
    ending = [
        threading.Thread(target=container.end, args=(within_seconds,), name="end of a container")
        for container in docker.running()
    ]
    for thread in ending:
        thread.start()
    for thread in ending:
        thread.join()


class _Tasks:
    def __init__(self, *, images: ContainerImages, scratch: Path, endpoint: str) -> None:
        self._images, self._scratch, self._endpoint = images, scratch, endpoint
        self._making_the_interpreter = threading.Lock()

    def start(self, task: dict[str, Any], definition: Mapping[str, Any], overrides: Any, _docker: Any) -> None:
        """Takes the place of the emulator's own: returns when the task runs, was stopped, or has failed."""
        arn, port, started = task["taskArn"], unused_port(), list[Container]()
        if not ecs._mark_task_pending(arn, task):
            return
        _pause_after_failures(str(task["group"]))
        if _stopping.is_set() or not ecs._mark_task_activating(arn, task):
            return
        try:
            self._start_containers(task, definition, overrides, port, started)
            for container in started:
                container.wait_until_healthy()
        except (NotHealthyError, UnknownImageError, OSError) as error:
            if not _stopping.is_set():
                ecs._fail_task_start(task, docker, str(error))
            return
        task["healthStatus"] = "HEALTHY"
        if not ecs._mark_task_running(arn, task):
            ecs._cleanup_task_resources(task, docker)
            return
        service = _service_of(task)
        if service:
            service_registries.register(service, task, port)
        for container in started:
            spawn_background(_watch, task, container, thread_name=f"health of {container.definition.name}")

    def _start_containers(
        self,
        task: dict[str, Any],
        definition: Mapping[str, Any],
        overrides: Any,
        port: int,
        started: list[Container],
    ) -> None:
        task_id = task["taskArn"].rpartition("/")[2]
        role = definition.get("taskRoleArn")
        for number, fields in enumerate(in_api_case(definition["containerDefinitions"])):
            override = ecs._container_override_for(overrides, fields["name"])
            described = ContainerDefinition.read({**fields, **{k: v for k, v in override.items() if k == "command"}})
            temporary = self._scratch / "tasks" / task_id / described.name
            container = None
            if described.runs_here:
                folder = self._images.find(described.image)
                temporary.mkdir(parents=True)
                overriding = {entry["name"]: entry["value"] for entry in override.get("environment") or ()}
                container = Container(
                    described,
                    folder=folder,
                    environment=task_environment(
                        api_urls.reachable(
                            {**described.environment, **ecs._resolve_container_secrets(fields), **overriding},
                            self._endpoint,
                        ),
                        port=port,
                        endpoint=self._endpoint,
                        credentials=task_roles.credentials_path(role) if role else None,
                        interpreter=self._interpreter(),
                        temporary=temporary,
                    ),
                    write=_writer(fields, task_id),
                )
                started.append(container)
            known = DockerContainer(container, temporary)
            docker.add(known)
            task.setdefault("_docker_ids", []).append(known.id)
            task["containers"][number].update(runtimeId=known.id, lastStatus="RUNNING")
        if not started:
            raise NotHealthyError("none of the task's containers has python as its command, so none can run here")

    def _interpreter(self) -> Path:
        """A Python without any package, like that of an image."""
        folder = self._scratch / "container-python"
        with self._making_the_interpreter:
            if not folder.exists():
                venv.EnvBuilder(symlinks=True).create(folder)
        return folder / "bin"


def _watch(task: dict[str, Any], container: Container) -> None:
    try:
        container.watch()
    except NotHealthyError as error:
        if _stopping.is_set():
            return
        task["healthStatus"] = "UNHEALTHY"
        if ecs._mark_task_stopped(task["taskArn"], task, str(error), "EssentialContainerExited", container.exit_code):
            ecs._cleanup_task_resources(task, docker)


def _writer(fields: Mapping[str, Any], task_id: str) -> Callable[[str], None]:
    """What takes the lines of a container to its log group; nowhere when its logs go by another way."""
    stream = ecs._awslogs_config(fields, task_id, task_id)
    if stream is None or not ecs._ensure_awslogs_stream(stream):
        return lambda _line: None
    return lambda line: ecs._emit_awslogs_event(stream, line)


def _service_of(task: Mapping[str, Any]) -> dict[str, Any] | None:
    kind, _, name = str(task.get("group") or "").partition(":")
    cluster = ecs._cluster_name_from_arn(task["clusterArn"])
    return ecs._services.get(f"{cluster}/{name}") if kind == "service" else None


def _pause_after_failures(group: str) -> None:
    failed = _failures[group]
    while failed and failed[0] < time.monotonic() - FAILURES_REMEMBERED_SECONDS:
        failed.popleft()
    if failed:
        _stopping.wait(min(LONGEST_PAUSE_SECONDS, 0.25 * 2 ** len(failed)))
