"""Findings of policy checks that a design accepts, recorded at the construct that causes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import jsii
from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct, IValidation


def acknowledge(construct: IConstruct, rules: Iterable[str], reason: str) -> None:
    """Record why a construct keeps a finding; without the policy pack the record is inert.

    Args:
        construct: The construct the finding is about.
        rules: Ids with their pack, such as "AwsSolutions::AwsSolutions-L1".
        reason: What a security reviewer needs to know to agree.
    """
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=reason) for rule in rules))


def acknowledge_wildcard(construct: IConstruct, resource: str, reason: str) -> None:
    """Record why a construct's role may do something on all that begins alike.

    Args:
        construct: The construct with the role.
        resource: The ARN, with its wildcard; it may refer to another stack.
        reason: What a security reviewer needs to know to agree.
    """
    construct.node.add_validation(_WildcardOnceResolved(construct, resource, reason))


@jsii.implements(IValidation)
class _WildcardOnceResolved:
    """Acknowledges when an app is validated: the finding's id holds references as they are written in the end.

    A reference to another stack has its final form only when all constructs exist, and no earlier hook sees it.
    """

    def __init__(self, construct: IConstruct, resource: str, reason: str) -> None:
        self._construct, self._resource, self._reason = construct, resource, reason

    def validate(self) -> list[str]:
        reported = _flattened(Stack.of(self._construct).resolve(self._resource))
        acknowledge(self._construct, [f"AwsSolutions::AwsSolutions-IAM5[Resource::{reported}]"], self._reason)
        return []


def _flattened(value: object) -> str:
    """Write a value as cdk-nag writes it into the id of a finding."""
    if isinstance(value, Mapping):
        ((function, argument),) = value.items()
        if function == "Ref":
            return f"<{argument}>"
        if function == "Fn::GetAtt":
            return f"<{'.'.join(map(str, argument))}>"
        if function == "Fn::Join":
            separator, parts = argument
            return str(separator).join(_flattened(part) for part in parts)
        if function in ("Fn::ImportValue", "Fn::Sub"):
            return _flattened(argument)
        return json.dumps(value, separators=(",", ":"))
    return str(value)
