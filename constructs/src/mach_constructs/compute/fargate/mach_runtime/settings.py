"""What the task definition says in environment variables.

| variable | of | meaning |
|---|---|---|
| `HOST`, `PORT` | both | where to listen |
| `ROUTES` | web | JSON: route key → handler, such as `{"GET /v1/orders/{id}": "orders.api.handler"}` |
| `JWT_ROUTES` | web | JSON list of the route keys whose bearer token the gateway has verified |
| `CONSUMERS` | worker | JSON list of queues, see `Consumer` |
| `CONCURRENCY` | web | handlers that run at once, each in a process of its own |
| `TIMEOUT_SECONDS` | both | how long one request or batch may take |
| `DRAIN_SECONDS` | both | how long running work may go on after SIGTERM |
| `DEREGISTRATION_SECONDS` | web | how long requests are still taken after SIGTERM, for callers that do not know yet |
| `MEMORY_MIB`, `SERVICE_NAME` | both | what handlers are told of where they run |
| `METRICS_NAMESPACE`, `METRICS_WORKLOAD` | both | where the metrics of the process go; without them none are written |
| `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_…` | both | as OpenTelemetry defines them; nothing is traced without it |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SQS_MOST_MESSAGES = 10


class SettingsError(Exception):
    """The environment does not say what is needed."""


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One queue and who gets its messages.

    Attributes:
        queue_url: The queue.
        handler: Module and function, such as "orders.events.handler".
        batch_size: Most messages a batch.
        window_seconds: How long to wait for a batch to fill.
        concurrency: Most batches at once in this process.
        visibility_seconds: How long a message that was received stays hidden from others.
        poll_seconds: How long one call waits for messages, at most 20; a process that is told to stop waits for it.
    """

    queue_url: str
    handler: str
    batch_size: int = _SQS_MOST_MESSAGES
    window_seconds: int = 0
    concurrency: int = 1
    visibility_seconds: int = 30
    poll_seconds: int = 10


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What web and worker share.

    Attributes:
        service_name: For logs, spans and the handlers' context.
        concurrency: Handlers that run at once.
        timeout_seconds: How long one request or batch may take.
        drain_seconds: How long running work may go on after SIGTERM.
        memory_mib: What handlers are told of their memory.
        metrics_namespace: CloudWatch namespace, or none.
        metrics_workload: Value of the metrics' only dimension.
    """

    service_name: str
    concurrency: int
    timeout_seconds: float
    drain_seconds: float
    memory_mib: int
    metrics_namespace: str | None
    metrics_workload: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Read them.

        Args:
            environment: The process's variables.

        Raises:
            SettingsError: A number is none, or not positive.
        """
        return cls(
            service_name=environment.get("SERVICE_NAME", "service"),
            concurrency=int(positive(environment, "CONCURRENCY", 4)),
            timeout_seconds=positive(environment, "TIMEOUT_SECONDS", 29),
            drain_seconds=positive(environment, "DRAIN_SECONDS", 25),
            memory_mib=int(positive(environment, "MEMORY_MIB", 512)),
            metrics_namespace=environment.get("METRICS_NAMESPACE"),
            metrics_workload=environment.get("METRICS_WORKLOAD", "service"),
        )


def positive(environment: Mapping[str, str], name: str, default: float) -> float:
    """Read a number above 0.

    Args:
        environment: The process's variables.
        name: Which one.
        default: What it is when it is not set.

    Raises:
        SettingsError: It is no such number.
    """
    text = environment.get(name, str(default))
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise SettingsError(f"{name} must be a number above 0, got {text!r}")
    return value


def routes(environment: Mapping[str, str]) -> dict[str, str]:
    """Read `ROUTES`.

    Args:
        environment: The process's variables.

    Raises:
        SettingsError: It is missing or no object of texts.
    """
    found = _json(environment, "ROUTES", "{}")
    if not isinstance(found, dict) or not found or not all(isinstance(handler, str) for handler in found.values()):
        raise SettingsError(f"ROUTES must be a JSON object of route keys and handlers, got {found!r}")
    return found


def jwt_routes(environment: Mapping[str, str]) -> frozenset[str]:
    """Read `JWT_ROUTES`.

    Args:
        environment: The process's variables.

    Raises:
        SettingsError: It is no list.
    """
    found = _json(environment, "JWT_ROUTES", "[]")
    if not isinstance(found, list):
        raise SettingsError(f"JWT_ROUTES must be a JSON list of route keys, got {found!r}")
    return frozenset(str(key) for key in found)


def consumers(environment: Mapping[str, str]) -> tuple[Consumer, ...]:
    """Read `CONSUMERS`.

    Args:
        environment: The process's variables.

    Raises:
        SettingsError: It is missing, or an entry is not what `Consumer` has.
    """
    found = _json(environment, "CONSUMERS", "[]")
    try:
        read = tuple(Consumer(**entry) for entry in found)
    except TypeError as error:
        raise SettingsError(f"CONSUMERS must be a JSON list of queues and handlers: {error}") from error
    if not read:
        raise SettingsError("CONSUMERS must name at least one queue, got none")
    return read


def _json(environment: Mapping[str, str], name: str, default: str) -> Any:
    text = environment.get(name, default)
    try:
        return json.loads(text)
    except ValueError as error:
        raise SettingsError(f"{name} must be JSON, got {text!r}") from error
