"""Routes of a service on an API that may live in another stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.api.authorization import JwtAtGateway, JwtInService
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route


def require_authorization(front: HttpFront, routes: Sequence[Route]) -> None:
    """Check that a front can protect what routes ask it to.

    Args:
        front: The API.
        routes: Routes to be added.

    Raises:
        ValueError: A route has scopes and the front has no authorization.
    """
    for route in routes:
        if route.scopes and front.authorization is None:
            raise ValueError(f"route {route.key!r} has scopes, but front has no authorization that could check them")


def add_routes(
    scope: Construct, *, front: HttpFront, routes: Sequence[Route], function: lambda_.IFunction
) -> Mapping[str, apigwv2.HttpRoute]:
    """Create the routes that one function serves, with one integration and one permission for all of them.

    Args:
        scope: Parent construct in the service's own stack; nothing is added to the front's.
        front: The API.
        routes: What the function serves.
        function: Who serves them.

    Returns:
        The routes by key.
    """
    # A permission a route would outgrow the 20 KB that a function's resource policy may have.
    integration = integrations.HttpLambdaIntegration("Integration", function, scope_permission_to_route=False)
    return {route.key: _add_route(scope, front, route, integration) for route in routes}


def _add_route(
    scope: Construct, front: HttpFront, route: Route, integration: integrations.HttpLambdaIntegration
) -> apigwv2.HttpRoute:
    at_gateway = bool(route.scopes) and isinstance(front.authorization, JwtAtGateway)
    created = apigwv2.HttpRoute(
        scope,
        route.construct_id,
        http_api=front.api,
        route_key=route.route_key,
        integration=integration,
        authorizer=front.authorizer if at_gateway else apigwv2.HttpNoneAuthorizer(),
        authorization_scopes=list(route.scopes) if at_gateway else None,
    )
    if not at_gateway:
        acknowledge(created, _NO_AUTHORIZER, reason=_reason(front, route))
    return created


_NO_AUTHORIZER = ("AwsSolutions::AwsSolutions-APIG4", "Serverless::Serverless-APIGWDefaultAuthorizer")


def _reason(front: HttpFront, route: Route) -> str:
    if route.scopes and isinstance(front.authorization, JwtInService):
        return f"The service verifies the bearer token and its scopes ({', '.join(route.scopes)}) itself."
    return "The route is public by design and says so where it is declared."
