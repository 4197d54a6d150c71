"""An existing API given where a front is expected."""

from __future__ import annotations

from aws_cdk import aws_apigatewayv2 as apigwv2
from constructs import Construct

from mach_constructs.api.http_front import HttpFront

AnyFront = HttpFront | apigwv2.IHttpApi
"""A front, or an API that exists."""


def front_of(scope: Construct, front: AnyFront | None) -> HttpFront | None:
    """Give the front for what a service was given as one.

    Args:
        scope: The microservice.
        front: A front, an API that exists, or nothing.

    Returns:
        The front; for an existing API the service's own, which creates nothing.
    """
    if front is None or isinstance(front, HttpFront):
        return front
    return HttpFront(scope, "Front", existing=front)
