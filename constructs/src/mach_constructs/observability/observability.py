"""What an operator gets to see of a service, beyond its alarms."""

from __future__ import annotations

from dataclasses import dataclass

from mach_constructs.observability.traces import TraceSampling


@dataclass(frozen=True, kw_only=True)
class Observability:
    """How much is made for the people who run a service.

    Example:
        ```python
        quiet = Observability(dashboard=False)
        traced = Observability(traces=TraceSampling(rate=0.1))
        ```

    Attributes:
        dashboard: A dashboard of the service: 3 USD a month, the first three of an account nothing.
        saved_queries: Three queries of its logs in CloudWatch Logs Insights: nothing until they are run.
        traces: An X-Ray group and a sampling rule; without it neither is made, as an account has 25 of each.
    """

    dashboard: bool = True
    saved_queries: bool = True
    traces: TraceSampling | None = None
