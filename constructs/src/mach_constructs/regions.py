"""Resources that must be in the region of what uses them."""

from __future__ import annotations

from aws_cdk import IResource, Stack
from constructs import IConstruct

from mach_constructs.tokens import is_unresolved


def require_region(argument: str, resource: IResource | None, scope: IConstruct) -> None:
    """Refuse a resource of another region where AWS reaches only those of the same.

    Args:
        argument: The argument's name, as the caller wrote it.
        resource: What was given, of this app or imported by an ARN; None passes.
        scope: What uses it; a stack whose region is known only at deployment passes.

    Raises:
        ValueError: Both regions are known, and they are two.
    """
    if resource is not None:
        _require_same(argument, resource.env.region, scope, got=f"{resource.node.path} in {resource.env.region}")


def require_region_of_arn(argument: str, arn: str, scope: IConstruct) -> None:
    """Refuse a resource of another region by its ARN, where the CDK does not keep an imported one's region.

    Args:
        argument: The argument's name, as the caller wrote it.
        arn: What was given; an unresolved token passes.
        scope: What uses it; a stack whose region is known only at deployment passes.

    Raises:
        ValueError: Both regions are known, and they are two.
    """
    if not is_unresolved(arn):
        _require_same(argument, arn.split(":")[3], scope, got=repr(arn))


def _require_same(argument: str, there: str, scope: IConstruct, *, got: str) -> None:
    stack = Stack.of(scope)
    if not is_unresolved(stack.region) and not is_unresolved(there) and there != stack.region:
        raise ValueError(f"{argument} must be in {stack.region}, the region of {stack.node.path}, got {got}")
