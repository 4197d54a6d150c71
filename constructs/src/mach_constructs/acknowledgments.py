"""Findings of policy checks that a design accepts, recorded at the construct that causes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rules: Iterable[str], reason: str) -> None:
    """Record why a construct keeps a finding; without the policy pack the record is inert.

    Args:
        construct: The construct the finding is about.
        rules: Ids with their pack, such as "AwsSolutions::AwsSolutions-L1".
        reason: What a security reviewer needs to know to agree.
    """
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=reason) for rule in rules))


def as_reported(construct: IConstruct, value: str) -> str:
    """Write a value as cdk-nag writes it into the id of a finding.

    Args:
        construct: The construct the finding is about.
        value: A text that may hold references, such as the ARN of a bucket's objects.

    Returns:
        The text with references in angle brackets, such as "<Bucket83908E77.Arn>/*".
    """
    return _flattened(Stack.of(construct).resolve(value))


def _flattened(value: object) -> str:
    if isinstance(value, Mapping):
        ((function, argument),) = value.items()
        if function == "Ref":
            return f"<{argument}>"
        if function == "Fn::GetAtt":
            return f"<{'.'.join(map(str, argument))}>"
        if function == "Fn::Join":
            separator, parts = argument
            return str(separator).join(_flattened(part) for part in parts)
    return str(value)
