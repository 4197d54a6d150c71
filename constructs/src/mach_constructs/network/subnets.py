"""How many subnets a function or a task can be placed in."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2

# https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
_MOST = 16


def require_subnets(user: str, vpc: ec2.IVpc, selection: ec2.SubnetSelection | None) -> None:
    """Refuse more subnets than AWS takes.

    Args:
        user: What is placed there, such as "a function".
        vpc: Their VPC; one that is looked up, or whose subnets are known only at deployment, passes.
        selection: Which of its subnets; the CDK's default if None.

    Raises:
        ValueError: There are more than 16.
    """
    given = _count(vpc, selection)
    if given > _MOST:
        raise ValueError(f"subnets must be at most {_MOST} for {user}, got {given} of {vpc.node.path}")


def _count(vpc: ec2.IVpc, selection: ec2.SubnetSelection | None) -> int:
    if selection is None:
        return len(vpc.select_subnets().subnet_ids)
    if selection.subnets is not None:
        # A VPC asks each for its zone, which a subnet imported by its id alone does not know.
        return len(selection.subnets)
    return len(
        vpc.select_subnets(
            availability_zones=selection.availability_zones,
            one_per_az=selection.one_per_az,
            subnet_filters=selection.subnet_filters,
            subnet_group_name=selection.subnet_group_name,
            subnet_type=selection.subnet_type,
        ).subnet_ids
    )
