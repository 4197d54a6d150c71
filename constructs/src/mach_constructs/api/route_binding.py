"""Routes of a service on an API that may live in another stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.api.authorization import JwtAtGateway
from mach_constructs.api.existing_front import AnyFront
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route
from mach_constructs.api.throttling import RouteThrottles
from mach_constructs.compute.compute import Workload
from mach_constructs.regions import require_region
from mach_constructs.tokens import is_unresolved

_NO_AUTHORIZER = ("AwsSolutions::AwsSolutions-APIG4", "Serverless::Serverless-APIGWDefaultAuthorizer")
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html; it cannot be raised.
_MOST_SCOPES = 10
# https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html, "authorizationScopes"
_LONGEST_SCOPE = 64


def require_authorization(front: AnyFront, routes: Sequence[Route]) -> None:
    """Check that a front can protect and limit what routes ask it to.

    Args:
        front: The API, or a front of it.
        routes: Routes to be added.

    Raises:
        ValueError: A route takes tokens that nobody checks or that the gateway cannot check so, has more scopes than
            the gateway takes, an authorizer of another API, or a throttle though the API's stage is somebody else's.
    """
    own = front if isinstance(front, HttpFront) else None
    api = front.api if isinstance(front, HttpFront) else front
    authorization = own.authorization if own else None
    for route in routes:
        if route.takes_token and authorization is None:
            raise ValueError(
                f"route {route.key!r} takes tokens ({route.access}), but front has no authorization that could check "
                "them"
            )
        if isinstance(authorization, JwtAtGateway):
            _require_gateway_can_check(route)
            _require_scopes(route)
        if route.authorizer is not None and route.authorizer.front.api is not api:
            raise ValueError(
                f"authorizer of route {route.key!r} must be one of its own API, "
                f"got {route.authorizer.node.path} of {route.authorizer.front.node.path}"
            )
        if route.throttle is not None and (own is None or own.stage is None):
            raise ValueError(
                f"route {route.key!r} has a throttle, but front is an existing API, whose owner throttles its stage"
            )


def _require_gateway_can_check(route: Route) -> None:
    if route.capability or (route.customer and route.scopes):
        what = "a token or none (capability)" if route.capability else "one of two kinds of token (customer, scopes)"
        raise ValueError(
            f"route {route.key!r} takes {what}, which the gateway's authorizer cannot: give the front JwtInService"
        )


def _require_scopes(route: Route) -> None:
    if len(route.scopes) > _MOST_SCOPES:
        raise ValueError(f"route {route.key!r} must have at most {_MOST_SCOPES} scopes, got {len(route.scopes)}")
    for scope in route.scopes:
        if not is_unresolved(scope) and len(scope) > _LONGEST_SCOPE:
            raise ValueError(
                f"scopes of route {route.key!r} must have at most {_LONGEST_SCOPE} characters for the gateway, got "
                f"{len(scope)}: {scope!r}"
            )


def add_routes(
    scope: Construct, *, front: HttpFront, routes: Sequence[Route], workload: Workload
) -> Mapping[str, apigwv2.HttpRoute]:
    """Create the routes that one workload serves, with one integration for all of them.

    Args:
        scope: Parent construct in the service's own stack; nothing is added to the front's.
        front: The API.
        routes: What the workload serves.
        workload: Who serves them.

    Returns:
        The routes by key.

    Raises:
        ValueError: The API would not wait that long, has 300 integrations or is in another region, or another
            service has one of the routes.
    """
    require_region("front", front.api, scope)
    _require_patience(front, routes, workload.timeout)
    front.added.quotas.add_integration(scope)
    front.added.add(scope, routes)
    integration = workload.integration(scope, front)
    created = {route.key: _add_route(scope, front, route, integration) for route in routes}
    throttles = {route.key: route.throttle for route in routes if route.throttle is not None}
    if throttles and front.stage is not None:
        limits = RouteThrottles(scope, "Throttles", api=front.api, stage=front.stage, throttles=throttles)
        # API Gateway refuses settings of a route that does not exist, and keeps those of one that no longer does.
        limits.node.add_dependency(*(created[key] for key in throttles))
    return created


def _require_patience(front: HttpFront, routes: Sequence[Route], timeout: Duration) -> None:
    wait = front.timeout if routes else None
    if wait is None or wait.is_unresolved() or timeout.is_unresolved():
        return
    if timeout.to_milliseconds() > wait.to_milliseconds():
        raise ValueError(
            f"timeout of {routes[0].handler!r} must be at most {wait.to_human_string()}, because it serves "
            f"{routes[0].key!r} and {front.node.path} waits no longer, got {timeout.to_human_string()}"
        )


def _add_route(
    scope: Construct, front: HttpFront, route: Route, integration: apigwv2.HttpRouteIntegration
) -> apigwv2.HttpRoute:
    at_gateway = bool(route.scopes) and isinstance(front.authorization, JwtAtGateway)
    authorizer = _authorizer(front, route)
    created = apigwv2.HttpRoute(
        scope,
        route.construct_id,
        http_api=front.api,
        route_key=route.route_key,
        integration=integration,
        authorizer=authorizer or apigwv2.HttpNoneAuthorizer(),
        authorization_scopes=list(route.scopes) if at_gateway else None,
    )
    if authorizer is None:
        acknowledge(created, _NO_AUTHORIZER, reason=_reason(route))
    return created


def _authorizer(front: HttpFront, route: Route) -> apigwv2.IHttpRouteAuthorizer | None:
    if route.iam:
        return authorizers.HttpIamAuthorizer()
    if route.authorizer is not None:
        return route.authorizer.route_authorizer
    return front.authorizer if route.takes_token and isinstance(front.authorization, JwtAtGateway) else None


def _reason(route: Route) -> str:
    scopes = ", ".join(route.scopes)
    match route.access:
        case "scopes":
            return f"The service verifies the bearer token and its scopes ({scopes}) itself."
        case "customer":
            second = f" or has one of the scopes {scopes}" if scopes else ""
            return f"The service verifies itself that the bearer token is a person's{second}."
        case "capability":
            return "The path's id cannot be guessed, and the service itself verifies a bearer token that is sent."
        case "signed":
            return "The service verifies itself that the body is signed with a secret it shares with the caller (HMAC)."
        case _:
            return "The route is public by design and says so where it is declared."
