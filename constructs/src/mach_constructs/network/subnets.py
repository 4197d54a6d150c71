"""How many subnets a function or a task can be placed in."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2

# https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
_MOST = 16


def require_subnets(user: str, vpc: ec2.IVpc, selection: ec2.SubnetSelection | None) -> None:
    """Refuse no subnets at all, and more than AWS takes.

    Args:
        user: What is placed there, such as "a function".
        vpc: Their VPC; one that is looked up, or whose subnets are known only at deployment, passes.
        selection: Which of its subnets; the CDK's default if None.

    Raises:
        ValueError: There is none, or there are more than 16.
    """
    given = _count(vpc, selection)
    if given == 0:
        raise ValueError(f"subnets must be at least one for {user}, got none of {vpc.node.path}")
    if given is not None and given > _MOST:
        raise ValueError(f"subnets must be at most {_MOST} for {user}, got {given} of {vpc.node.path}")


def _count(vpc: ec2.IVpc, selection: ec2.SubnetSelection | None) -> int | None:
    if selection is not None and selection.subnets is not None:
        # A VPC asks each for its zone, which a subnet imported by its id alone does not know.
        return len(selection.subnets)
    chosen = selection or ec2.SubnetSelection()
    selected = vpc.select_subnets(
        availability_zones=chosen.availability_zones,
        one_per_az=chosen.one_per_az,
        subnet_filters=chosen.subnet_filters,
        subnet_group_name=chosen.subnet_group_name,
        subnet_type=chosen.subnet_type,
    )
    return None if selected.is_pending_lookup else len(selected.subnet_ids)
