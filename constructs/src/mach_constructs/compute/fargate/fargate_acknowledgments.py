"""Findings of policy packs that services on Fargate keep, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mach_constructs.acknowledgments import acknowledge

if TYPE_CHECKING:
    from mach_constructs.compute.fargate.fargate_service import FargateService


def acknowledge_findings(service: FargateService, *, traced: bool) -> None:
    """Record what is accepted.

    Args:
        service: The workload.
        traced: Whether its tasks put trace segments.
    """
    acknowledge(
        service.execution_role,
        ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"],
        reason="ecr:GetAuthorizationToken supports no resource; pulling itself is allowed from one repository.",
    )
    acknowledge(
        service.task,
        ["AwsSolutions::AwsSolutions-ECS2"],
        reason="The variables are names of resources, routes and settings; no secret is among them.",
    )
    if traced:
        acknowledge(
            service.role,
            ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"],
            reason="X-Ray's two actions support no resource, and nothing else is granted on *.",
        )
