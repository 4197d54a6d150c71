"""What a service needs to call other services: an address, and leave to do so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct, IValidation

from mach_constructs.acknowledgments import acknowledge_wildcard
from mach_constructs.api.call import Call
from mach_constructs.api.http_front import HttpFront
from mach_constructs.compute.compute import Workload, distinct
from mach_constructs.regions import require_region

API_URL = "API_URL"
"""Variable with the base URL of the API, without a slash at the end."""


@dataclass(frozen=True, kw_only=True)
class OutgoingCalls:
    """Calls of one service, signed (AWS Signature Version 4) and allowed by IAM.

    Nothing here refers to a stack of the services that are called, and of the front's to nothing but the API's id.

    Attributes:
        calls: What is called.
        front: The API that the routes are on; None without calls.
    """

    calls: Sequence[Call] = ()
    front: HttpFront | None = None

    def environment(self, scope: Construct) -> Mapping[str, str]:
        """Give the variable with the API's base URL; none without calls.

        Args:
            scope: The service.

        Raises:
            ValueError: The API is in another region.
        """
        if not self.calls or self.front is None:
            return {}
        require_region("front", self.front.api, scope)
        return {API_URL: base_url(scope, self.front)}

    def grant(self, scope: Construct, workloads: Mapping[str, Workload]) -> None:
        """Let those who call do so: each `execute-api:Invoke` on method and path of its calls.

        Args:
            scope: The service. An app is not synthesized in which a route that it calls wants a token, which signed
                calls do not have.
            workloads: What runs each handler.
        """
        if self.front is None or not self.calls:
            return
        scope.node.add_validation(_RoutesForServices(self.calls, self.front))
        for workload in distinct(workloads.values()):
            handlers = {handler for handler, other in workloads.items() if other is workload}
            called = [call for call in self.calls if not call.handlers or handlers.intersection(call.handlers)]
            if called:
                _grant(workload.role, [_arn(scope, self.front, call) for call in called])


@jsii.implements(IValidation)
class _RoutesForServices:
    """Looks at the routes that are called once all of the app's are known; others may be of another app."""

    def __init__(self, calls: Sequence[Call], front: HttpFront) -> None:
        self._calls, self._front = calls, front

    def validate(self) -> list[str]:
        wants_token = {route.shape: route for route in self._front.added.routes if route.takes_token}
        return [
            f"call {call.key!r} must be of a route without tokens, such as one with iam, since calls are signed, got "
            f"one with {wants_token[call.shape].access}"
            for call in self._calls
            if call.shape in wants_token
        ]


def base_url(scope: Construct, front: HttpFront) -> str:
    """Give the API's base URL, without a slash at the end, for code whose stack may live without the API's.

    Args:
        scope: Who refers to it.
        front: The API.
    """
    if not front.default_endpoint:
        return front.url
    # Made of the id: the API's attribute would be one more reference to the front's stack.
    stack = Stack.of(scope)
    return f"https://{front.api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"


def _arn(scope: Construct, front: HttpFront, call: Call) -> str:
    return Stack.of(scope).format_arn(
        service="execute-api", resource=front.api.api_id, resource_name=f"$default/{call.resource}"
    )


def _grant(role: iam.IRole, arns: Sequence[str]) -> None:
    iam.Grant.add_to_principal(grantee=role, actions=["execute-api:Invoke"], resource_arns=list(arns)).assert_success()
    for arn in arns:
        if "*" in arn:
            acknowledge_wildcard(
                role,
                arn,
                reason="The path's parameter is an id that is known when the call is made; API, stage, method and the "
                "rest of the path are fixed.",
            )
