"""What a task definition says of a container, whichever way its names are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PYTHON = "python"

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
_INTERVAL_SECONDS, _TIMEOUT_SECONDS, _RETRIES = 30, 5, 3
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
_STOP_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How a container is asked whether it is well.

    Args:
        command: The command that asks, without `CMD` or `CMD-SHELL`.
        interval: Seconds between two checks.
        timeout: Seconds after which a check has failed.
        retries: Failed checks in a row after which the container is unhealthy.
        start_period: Seconds in which failed checks do not count.
    """

    command: Sequence[str]
    interval: float = _INTERVAL_SECONDS
    timeout: float = _TIMEOUT_SECONDS
    retries: int = _RETRIES
    start_period: float = 0


@dataclass(frozen=True, kw_only=True)
class ContainerDefinition:
    """A container of a task.

    Args:
        name: Its name in the task.
        image: Address of its image.
        command: Its command; empty when the image's own would run.
        environment: Its variables.
        health_check: How it is asked whether it is well, if at all.
        stop_timeout: Seconds from SIGTERM to SIGKILL.
        essential: Whether the task ends with it.
    """

    name: str
    image: str
    command: Sequence[str]
    environment: Mapping[str, str]
    health_check: HealthCheck | None
    stop_timeout: float
    essential: bool

    @property
    def runs_here(self) -> bool:
        """Whether this machine can run it: its command names Python. Collectors and log routers are not run."""
        return list(self.command[:1]) == [PYTHON]

    @classmethod
    def read(cls, definition: Mapping[str, Any]) -> "ContainerDefinition":
        """Reads a container definition of the ECS API, or of CloudFormation.

        Args:
            definition: As it was registered.
        """
        fields = in_api_case(definition)
        return cls(
            name=fields["name"],
            image=fields["image"],
            command=tuple(fields.get("entryPoint") or ()) + tuple(fields.get("command") or ()),
            environment={entry["name"]: str(entry["value"]) for entry in fields.get("environment") or ()},
            health_check=_health_check(fields.get("healthCheck")),
            stop_timeout=float(fields.get("stopTimeout") or _STOP_TIMEOUT_SECONDS),
            essential=_is_true(fields.get("essential", True)),
        )


def in_api_case(value: Any) -> Any:
    """Writes CloudFormation's names (`StartPeriod`) as the ECS API does (`startPeriod`), all the way down.

    The names within `options` and the like are the user's own and stay.
    """
    if isinstance(value, list):
        return [in_api_case(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    fields = {name[:1].lower() + name[1:]: item for name, item in value.items()}
    return {name: item if name in ("options", "dockerLabels") else in_api_case(item) for name, item in fields.items()}


def _health_check(fields: Mapping[str, Any] | None) -> HealthCheck | None:
    kind, *command = (fields or {}).get("command") or ["NONE"]
    if fields is None or kind == "NONE":
        return None
    return HealthCheck(
        command=["/bin/sh", "-c", *command] if kind == "CMD-SHELL" else command if kind == "CMD" else [kind, *command],
        interval=float(fields.get("interval") or _INTERVAL_SECONDS),
        timeout=float(fields.get("timeout") or _TIMEOUT_SECONDS),
        retries=int(fields.get("retries") or _RETRIES),
        start_period=float(fields.get("startPeriod") or 0),
    )


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
