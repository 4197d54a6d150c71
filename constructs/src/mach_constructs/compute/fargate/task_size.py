"""Which CPU and memory a Fargate task can have."""

from __future__ import annotations

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_finite

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
_MEMORY_OF_CPU: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}

_MOST_NAMED = 4

# A process with Powertools and a DynamoDB client took 48 to 60 MiB; what serves takes about 60, the collector 100.
_MIB_OF_A_HANDLER = 64
_MIB_BESIDES = 160


def require_task_size(cpu: int, memory: int) -> None:
    """Refuse a combination that Fargate does not offer.

    Args:
        cpu: CPU units; 1024 are a vCPU.
        memory: MiB.

    Raises:
        ValueError: There is no such combination.
    """
    require_finite("cpu", cpu)
    require_finite("memory", memory)
    if is_unresolved(cpu) or is_unresolved(memory):
        return
    if cpu not in _MEMORY_OF_CPU:
        raise ValueError(f"cpu must be one of {', '.join(map(str, _MEMORY_OF_CPU))} units, got {cpu}")
    allowed = _MEMORY_OF_CPU[cpu]
    if memory not in allowed:
        choice = ", ".join(map(str, allowed))
        if len(allowed) > _MOST_NAMED:
            choice = f"{allowed[0]} to {allowed[-1]} in steps of {allowed[1] - allowed[0]}"
        raise ValueError(f"memory with cpu {cpu} must be {choice} MiB, got {memory}")


def require_room(concurrency: int, memory: int) -> None:
    """Refuse more handlers than the memory holds.

    Args:
        concurrency: Processes that run handlers.
        memory: MiB of the task.

    Raises:
        ValueError: A handler would have less than 64 MiB.
    """
    if is_unresolved(concurrency) or is_unresolved(memory):
        return
    most = (memory - _MIB_BESIDES) // _MIB_OF_A_HANDLER
    if concurrency > most:
        raise ValueError(f"concurrency with {memory} MiB of memory must be at most {most}, got {concurrency}")
