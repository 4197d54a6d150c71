"""A function that decides who may call a route."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.regions import require_region
from mach_constructs.validation import require_duration_between

if TYPE_CHECKING:
    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.compute.lambda_compute import LambdaCompute

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
_SOURCE = re.compile(
    r"\$(request\.(header|querystring)\.[A-Za-z0-9_-]+|context\.[A-Za-z0-9_.]+|stageVariables\.[A-Za-z0-9_]+)"
)
_HEADER = "$request.header."
# https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html, "name"
_LONGEST_NAME = 128
_NO_CACHE, _LONGEST_CACHE = Duration.seconds(0), Duration.hours(1)
# API Gateway waits ten seconds for an authorizer, and a caller for the authorizer and the service after it.
_TIMEOUT, _LONGEST_TIMEOUT = Duration.seconds(5), Duration.seconds(10)


class LambdaAuthorizer(Construct):
    """Asks a function before each call of a route, by payload 2.0, and takes `{"isAuthorized": true}` for a yes.

    Creates the authorizer, one permission for it to call the function, and the function itself when a folder is given.
    An API may have ten authorizers unless AWS raises that, so make one and give it to all routes that need it. A
    `context` that the function returns reaches the service in `requestContext.authorizer.lambda`. Costs an invocation
    for each call that no remembered answer covers.

    Example:
        ```python
        partners = LambdaAuthorizer(
            self, "Partners", front=front, compute=LambdaCompute("lambdas/partners"),
            identity_sources=["$request.header.x-api-key"], cache=Duration.minutes(5),
        )
        Route("GET /v1/feeds/{id}", authorizer=partners)
        ```

    Args:
        scope: Parent construct, in the stack that the function is in or in one that may depend on it.
        id: Construct id.
        front: The API.
        function: The function that decides; give this or `compute`.
        compute: The folder of the function that decides.
        handler: Module and function within that folder.
        identity_sources: What of a request identifies the caller; a request that lacks one gets 401 unasked.
        cache: How long an answer is remembered, 0 s to 1 h. It holds for the same caller on the same route only.

    Raises:
        ValueError: There are both a function and a folder or neither, the function is in another region, an identity
            source is malformed, a cache has none, or a time is out of range.
    """

    function: lambda_.IFunction
    """The function that decides."""
    service_function: ServiceFunction | None
    """The same with role, logs and alarms; None for a function that was given."""
    authorizer: apigwv2.CfnAuthorizer
    """The authorizer."""
    route_authorizer: apigwv2.IHttpRouteAuthorizer
    """The same as routes take it."""
    front: HttpFront
    """The API that it belongs to."""
    headers: tuple[str, ...]
    """Request headers that it reads, in lower case."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        front: HttpFront,
        function: lambda_.IFunction | None = None,
        compute: LambdaCompute | None = None,
        handler: str = "authorizer.handler",
        identity_sources: Sequence[str] = ("$request.header.authorization",),
        cache: Duration = _NO_CACHE,
    ) -> None:
        _require_sources(identity_sources, cache)
        require_region("function", function, scope)
        if function is not None and compute is not None:
            raise ValueError("authorizer needs either a function or a compute, got both")
        if len(id) > _LONGEST_NAME:
            raise ValueError(
                f"id must have at most {_LONGEST_NAME} characters, which names an authorizer, got {len(id)}"
            )
        super().__init__(scope, id)
        self.front = front
        front.added.quotas.add_authorizer(self)
        self.headers = tuple(
            source.removeprefix(_HEADER).lower() for source in identity_sources if source.startswith(_HEADER)
        )
        self.service_function = None
        if compute is not None:
            self.service_function = self._create_function(compute, handler)
            self.function = self.service_function.function
        elif function is not None:
            self.function = function
        else:
            raise ValueError("authorizer needs either a function or a compute, got neither")
        sources = list(identity_sources)
        if cache.to_seconds() and "$context.routeKey" not in sources:
            # Without it an answer for one route would be taken for all routes that share the authorizer.
            sources.append("$context.routeKey")
        stack = Stack.of(self)
        self.authorizer = apigwv2.CfnAuthorizer(
            self,
            "Resource",
            api_id=front.api.api_id,
            authorizer_type="REQUEST",
            name=id,
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            authorizer_uri=(
                f"arn:{stack.partition}:apigateway:{stack.region}:lambda:path/2015-03-31/functions/"
                f"{self.function.function_arn}/invocations"
            ),
            identity_source=sources or None,
            authorizer_result_ttl_in_seconds=int(cache.to_seconds()),
        )
        self.route_authorizer = apigwv2.HttpAuthorizer.from_http_authorizer_attributes(
            self, "OfRoutes", authorizer_id=self.authorizer.ref, authorizer_type="CUSTOM"
        )
        self.function.add_permission(
            f"{self.node.addr}Invoke",
            scope=self,
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=stack.format_arn(
                service="execute-api",
                resource=front.api.api_id,
                resource_name=f"authorizers/{self.authorizer.ref}",
            ),
        )

    def _create_function(self, compute: LambdaCompute, handler: str) -> ServiceFunction:
        timeout = compute.options(handler).timeout
        if timeout is not None:
            require_duration_between("timeout of an authorizer", timeout, Duration.seconds(1), _LONGEST_TIMEOUT)
        return ServiceFunction(
            self,
            "Authorizer",
            compute=compute,
            handler=handler,
            description=f"{compute.name}: decides who may call",
            default_timeout=_TIMEOUT,
            environment={"POWERTOOLS_SERVICE_NAME": compute.name, "SERVICE_NAME": compute.name},
        )


def _require_sources(sources: Sequence[str], cache: Duration) -> None:
    if isinstance(sources, str):
        raise ValueError(f"identity_sources must be a sequence of texts, got {sources!r}")
    for source in sources:
        if not _SOURCE.fullmatch(source):
            raise ValueError(f'identity_sources must look like "$request.header.x-api-key", got {source!r}')
    require_duration_between("cache", cache, _NO_CACHE, _LONGEST_CACHE)
    if not cache.is_unresolved() and cache.to_seconds() and not any(s.startswith("$request.") for s in sources):
        raise ValueError("cache needs an identity source that tells callers apart, got none of the request")
