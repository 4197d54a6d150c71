"""Writers who want the same item at the same time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from store.errors import ConditionFailedError, ThrottledError, TransactionCanceledError

ResultT = TypeVar("ResultT")

ATTEMPTS = 10
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.5


def until_written(
    write: Callable[[int], ResultT],
    *,
    what: str,
    attempts: int = ATTEMPTS,
    longest_pause: float = LONGEST_PAUSE_SECONDS,
) -> ResultT:
    """Give the outcome of a write that is made again, from what it finds then, while another writer was faster.

    Pauses grow from 10 ms to half a second unless said otherwise, with full jitter, so that those who met once do not
    meet again (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

    Args:
        write: reads and writes under a condition; gets the number of attempts before this one. What it raises to
            refuse passes through; a condition that did not hold makes it run again.
        what: whom many want to write, for the message.
        attempts: how often at most; ten serve some dozens of writers of one item.
        longest_pause: what the pauses grow to, in seconds.

    Raises:
        ThrottledError: after so many attempts.
    """
    for attempt in range(attempts):
        try:
            return write(attempt)
        except (ConditionFailedError, TransactionCanceledError):
            pause = min(longest_pause, FIRST_PAUSE_SECONDS * 2**attempt)
            time.sleep(random.uniform(0, pause))  # noqa: S311  # spreads writers, keeps no secret
    raise ThrottledError(f"too many writers of {what}")
