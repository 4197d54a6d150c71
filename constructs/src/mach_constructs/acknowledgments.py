"""Findings of policy checks that a design accepts, recorded at the construct that causes them."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rules: Iterable[str], reason: str) -> None:
    """Record why a construct keeps a finding; without the policy pack the record is inert.

    Args:
        construct: The construct the finding is about.
        rules: Ids with their pack, such as "AwsSolutions::AwsSolutions-L1".
        reason: What a security reviewer needs to know to agree.
    """
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=reason) for rule in rules))
