"""How many requests are let through."""

from __future__ import annotations

from dataclasses import dataclass

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_between, require_finite

# Quotas of an account and region, which all its APIs share:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
FASTEST = 10_000
LARGEST_BURST = 5_000


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """A token bucket: requests beyond it get 429 and cost nothing behind the API.

    Example:
        ```python
        Route("POST /v1/checkouts", public=True, throttle=Throttle(requests_per_second=20, burst=40))
        ```

    Attributes:
        requests_per_second: Sustained rate of all callers together, more than 0 and at most 10,000; 0.5 is one
            request in two seconds.
        burst: Requests above that rate accepted at once, 1 to 5,000.

    Raises:
        ValueError: A number is out of range.
    """

    requests_per_second: float
    burst: int

    def __post_init__(self) -> None:
        rate = self.requests_per_second
        require_finite("requests_per_second", rate)
        if not is_unresolved(rate) and not 0 < rate <= FASTEST:
            raise ValueError(f"requests_per_second must be more than 0 and at most {FASTEST}, got {rate}")
        require_between("burst", self.burst, 1, LARGEST_BURST)
