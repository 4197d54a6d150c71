"""When a delivery that failed is attempted again."""

from __future__ import annotations

import random
from datetime import timedelta

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After each attempt but the last: those that Standard Webhooks gives as an example, but no five seconds, as the clock
ticks once a minute. In all three days and four hours."""

ATTEMPTS = len(PAUSES) + 1


def pause_after(attempt: int) -> timedelta | None:
    """Give how long to wait after an attempt that failed, with up to a tenth more so that many do not come at once.

    Args:
        attempt: which, from 1.

    Returns:
        None after the last.
    """
    if attempt >= ATTEMPTS:
        return None
    return PAUSES[attempt - 1] * random.uniform(1.0, 1.1)  # noqa: S311  # spreads calls, keeps no secret
