"""Which requests X-Ray traces, and how the traces of one service are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_xray as xray
from constructs import Construct

from mach_constructs.naming import regional_name
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_at_least, require_between, require_service_name

# https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html, …/API_CreateGroup.html
_LONGEST_NAME = 32
_LONGEST_SERVICE_NAME = 64
# https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html; a quote would end the filter's text.
_FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class TraceSampling:
    """How many requests are traced.

    X-Ray asks these rules for code that is instrumented with OpenTelemetry (ADOT) or the X-Ray SDK, as on Fargate, and
    for API stages and state machines. Lambda does not: it traces one request a second and 5 % of the others, or follows
    the decision that a trace header brings along.

    Example:
        ```python
        traces = TraceSampling(rate=0.1, reservoir=5, priority=200)
        ```

    Attributes:
        rate: Share of requests beyond the reservoir, 0 to 1.
        reservoir: Requests a second that are traced in any case, 0 or more.
        priority: Which rule is asked first, 1 to 9999; the lowest. The default rule of an account comes last.

    Raises:
        ValueError: A number is out of range.
    """

    rate: float = 0.05
    reservoir: int = 1
    priority: int = 1000

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate must be between 0 and 1, got {self.rate:g}")
        require_at_least("reservoir", self.reservoir, 0)
        require_between("priority", self.priority, 1, 9999)


class ServiceTraces(Construct):
    """An X-Ray group that shows one service's traces, with insights, and a sampling rule for it.

    A group is a saved filter with metrics of its own (`ApproximateTraceCount`). An account has 25 groups and 25 rules
    a region unless AWS raises that, so give them to the services that need them. Both want names: they follow from
    the construct's path, cut to 32 characters. Groups cost nothing, traces 5 USD a million beyond the first 100,000.

    Example:
        ```python
        ServiceTraces(self, "Traces", service_name="catalog", functions=[function.function_name])
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        service_name: What instrumented code calls itself (OpenTelemetry's `service.name`), at most 64
            characters.
        functions: Names of the service's Lambda functions, by which Lambda's segments are known.
        sampling: How many requests are traced.

    Raises:
        ValueError: A name is empty, longer than X-Ray takes, or could not be in a filter.
    """

    group: xray.CfnGroup
    """The saved filter."""
    rule: xray.CfnSamplingRule
    """How many requests are traced."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        service_name: str,
        functions: Sequence[str] = (),
        sampling: TraceSampling | None = None,
    ) -> None:
        require_service_name("service_name", service_name)
        if not is_unresolved(service_name) and len(service_name) > _LONGEST_SERVICE_NAME:
            raise ValueError(
                f"service_name must have at most {_LONGEST_SERVICE_NAME} characters for X-Ray, got {len(service_name)}"
            )
        for function in functions:
            if not is_unresolved(function) and not _FUNCTION.fullmatch(function):
                raise ValueError(f"functions must be names of Lambda functions, got {function!r}")
        super().__init__(scope, id)
        sampling = sampling or TraceSampling()
        name = regional_name(self, longest=_LONGEST_NAME)
        self.group = xray.CfnGroup(
            self,
            "Group",
            group_name=name,
            filter_expression=" OR ".join(f'service("{known_as}")' for known_as in (service_name, *functions)),
            insights_configuration=xray.CfnGroup.InsightsConfigurationProperty(
                insights_enabled=True, notifications_enabled=False
            ),
        )
        self.rule = xray.CfnSamplingRule(
            self,
            "SamplingRule",
            sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
                rule_name=name,
                version=1,
                priority=sampling.priority,
                fixed_rate=sampling.rate,
                reservoir_size=sampling.reservoir,
                service_name=service_name,
                service_type="*",
                host="*",
                http_method="*",
                url_path="*",
                resource_arn="*",
            ),
        )
