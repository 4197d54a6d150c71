"""A queue is read by at most two processes of a function at a time.

The emulator takes up to five batches of each queue at once, as Lambda does on a fleet of machines; on one machine
each of them starts a process that costs a second of processor time and 60 MB. `ScalingConfig.MaximumConcurrency` of a
mapping still decides where set.
"""

from ministack.services import lambda_svc

BATCHES_AT_ONCE = 2


def install() -> None:
    """Lowers the emulator's default."""
    if not isinstance(getattr(lambda_svc, "_ESM_SQS_DEFAULT_CONCURRENCY", None), int):
        raise RuntimeError("ministack changed: lambda_svc has no _ESM_SQS_DEFAULT_CONCURRENCY")
    lambda_svc._ESM_SQS_DEFAULT_CONCURRENCY = BATCHES_AT_ONCE
