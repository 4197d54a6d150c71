"""What the options of `FargateCompute` must be to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2

from mach_constructs.compute.compute import HandlerUse
from mach_constructs.compute.fargate.task_size import require_room, require_task_size
from mach_constructs.validation import require_between, require_duration_between

if TYPE_CHECKING:
    from mach_constructs.compute.fargate.fargate_compute import FargateCompute

_FIXED = ("HOST", "PORT", "ROUTES", "CONSUMERS", "JWT_ROUTES", "TIMEOUT_SECONDS", "DRAIN_SECONDS", "CONCURRENCY")
# An HTTP API waits 30 s at most: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
_LONGEST_REQUEST = Duration.seconds(29)
# A queue hides messages for six times as long, and SQS for 12 h at most.
_LONGEST_BATCH = Duration.hours(1)


def check_options(compute: FargateCompute) -> None:
    """Check the options by themselves.

    Args:
        compute: What was given.

    Raises:
        ValueError: Fargate has no such size, a number is out of range, or arguments exclude each other.
    """
    require_task_size(compute.cpu, compute.memory)
    require_between("concurrency", compute.concurrency, 1, 1_000)
    require_room(compute.concurrency, compute.memory)
    require_duration_between("request_timeout", compute.request_timeout, Duration.seconds(1), _LONGEST_REQUEST)
    require_duration_between("batch_timeout", compute.batch_timeout, Duration.seconds(1), _LONGEST_BATCH)
    given = [name for name in ("network", "cluster", "vpc") if getattr(compute, name) is not None]
    if len(given) > 1:
        raise ValueError(f"network, cluster and vpc exclude each other, got {' and '.join(given)}")
    for name in compute.environment:
        if not name.strip() or "=" in name or "\0" in name:
            raise ValueError(f"environment must have names that a process can have, got {name!r}")
    for name in _FIXED:
        if name in compute.environment:
            raise ValueError(f"environment must not set {name}, which the runtime is told by")
    if compute.log_routing is not None and compute.web_scaling.requests_per_task is not None:
        raise ValueError("requests_per_task needs logs in CloudWatch, which it is counted by, got log_routing too")


def check_uses(compute: FargateCompute, uses: Sequence[HandlerUse]) -> None:
    """Check that there is something to run for each use.

    Args:
        compute: What was given.
        uses: Every handler of the service.

    Raises:
        ValueError: A handler is missing, or is used for nothing or for both.
    """
    for use in uses:
        compute.source.require_handler(use.handler)
        if use.consumes == bool(use.routes):
            what = "both" if use.consumes else "neither"
            raise ValueError(f"handler {use.handler!r} must serve routes or consume queues, got {what}")


def check_variables(variables: Mapping[str, str]) -> None:
    """Check that what follows from the service leaves alone what the runtime is told by.

    Args:
        variables: The service's, with those of its stores.

    Raises:
        ValueError: A store's variable is one of the runtime's.
    """
    for name in _FIXED:
        if name in variables:
            raise ValueError(f"environment_variable of a store must not be {name}, which the runtime is told by")


def check_vpc(compute: FargateCompute, needed: ec2.IVpc | None) -> None:
    """Check that the tasks run where a store is.

    Args:
        compute: What was given.
        needed: VPC of a store, if there is one.

    Raises:
        ValueError: They would run in another VPC.
    """
    given = compute.vpc
    if compute.network is not None:
        given = compute.network.vpc
    elif compute.cluster is not None:
        given = compute.cluster.vpc
    if needed is not None and given is not None and needed.vpc_id != given.vpc_id:
        raise ValueError(
            f"compute must run in {needed.node.path}, the VPC of a store of the service, got {given.node.path}"
        )
