"""The healthy tasks of an ECS service are the instances of its Cloud Map service, and nothing else is.

The emulator's CloudFormation drops `ServiceRegistries`, and its ECS never registers a task.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from ministack.services import ecs, servicediscovery
from ministack.services.cloudformation import provisioners

from local.containers.definition import in_api_case
from local.server import HOST

_registries: ContextVar[list[dict[str, Any]] | None] = ContextVar("registries", default=None)


def install() -> None:
    """Lets services keep their registries, and keeps instances out of the saved state: their tasks end before it."""
    for name in ("_register_instance", "_deregister_instance"):
        if not callable(getattr(servicediscovery, name, None)):
            raise RuntimeError(f"ministack changed: servicediscovery has no {name}")
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ECS::Service"]
    provision, create, get_state = handlers["create"], ecs._create_service, servicediscovery.get_state

    def provision_with_registries(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        token = _registries.set(in_api_case(properties.get("ServiceRegistries") or []))
        try:
            return provision(logical_id, properties, stack_name)
        finally:
            _registries.reset(token)

    def create_with_registries(data: dict[str, Any]) -> Any:
        registries = _registries.get()
        return create(data if registries is None else {**data, "serviceRegistries": registries})

    def state_without_instances() -> Any:
        state = get_state()
        for name in ("instances", "instance_health_status"):
            state[name]._data.clear()
        return state

    handlers["create"] = provision_with_registries
    ecs._create_service = ecs._ACTION_MAP["CreateService"] = create_with_registries
    servicediscovery.get_state = state_without_instances


def register(service: dict[str, Any], task: dict[str, Any], port: int) -> None:
    """Makes a task an instance of the Cloud Map services of its ECS service.

    Args:
        service: The ECS service.
        task: One of its tasks, which is well.
        port: Where it listens on 127.0.0.1.
    """
    for registry in _services_of(service):
        servicediscovery._register_instance(
            {
                "ServiceId": registry,
                "InstanceId": _instance(task),
                "Attributes": {"AWS_INSTANCE_IPV4": HOST, "AWS_INSTANCE_PORT": str(port), "ECS_TASK": task["taskArn"]},
            }
        )


def deregister(service: dict[str, Any], task: dict[str, Any]) -> None:
    """Takes a task out of the Cloud Map services of its ECS service.

    Args:
        service: The ECS service.
        task: One of its tasks.
    """
    for registry in _services_of(service):
        servicediscovery._deregister_instance({"ServiceId": registry, "InstanceId": _instance(task)})


def _services_of(service: dict[str, Any]) -> Iterator[str]:
    for registry in service.get("serviceRegistries") or ():
        yield registry["registryArn"].rpartition("/")[2]


def _instance(task: dict[str, Any]) -> str:
    return str(task["taskArn"]).rpartition("/")[2]
