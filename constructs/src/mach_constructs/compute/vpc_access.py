"""What a function's role needs for Lambda to place it in a VPC."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from mach_constructs.acknowledgments import acknowledge

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: the actions of AWSLambdaVPCAccessExecutionRole.
_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def grant_vpc_access(role: iam.Role) -> iam.Grant:
    """Allow Lambda to manage the function's network interfaces.

    Args:
        role: The function's role.

    Returns:
        The grant. The actions support no resource that is known before the interfaces exist.
    """
    acknowledge(
        role,
        ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"],
        reason="Lambda creates the network interfaces, so their ARNs are unknown before it has; X-Ray's actions "
        "support no resource.",
    )
    return iam.Grant.add_to_principal(grantee=role, actions=list(_ACTIONS), resource_arns=["*"])
