"""Who checks a caller's token: the service or the gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_cdk import aws_apigatewayv2 as apigwv2
from constructs import Construct

from mach_constructs.api.quotas import MOST_AUDIENCES
from mach_constructs.api.route import Route
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_text
from mach_constructs.web_addresses import require_public

# https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html, "JWTConfiguration"
_LONGEST_ISSUER = 2048


def _require_issuer(issuer: str) -> None:
    if not issuer.startswith("https://") or not urlsplit(issuer).hostname or any(map(str.isspace, issuer)):
        raise ValueError(f"issuer must be an https URL, got {issuer!r}")
    if len(issuer) > _LONGEST_ISSUER:
        raise ValueError(f"issuer must have at most {_LONGEST_ISSUER} characters, got {len(issuer)}")


@dataclass(frozen=True, kw_only=True)
class _AcceptedTokens:
    issuer: str
    client_ids: Sequence[str]

    def __post_init__(self) -> None:
        if not is_unresolved(self.issuer):
            _require_issuer(self.issuer)
        if isinstance(self.client_ids, str) or (not is_unresolved(self.client_ids) and not self.client_ids):
            raise ValueError(f"client_ids must be a sequence of at least one client id, got {self.client_ids!r}")
        for client_id in self.client_ids:
            require_text("client_ids", client_id)


@dataclass(frozen=True, kw_only=True)
class JwtInService(_AcceptedTokens):
    """Each service verifies the bearer token itself, so that refusals are problem+json like every other error.

    Functions get `ROUTE_ACCESS`: a JSON object of every route they serve and who may call it, in words with blanks
    between: one of "public", "capability", "customer", "scopes", "signed", "iam" and "authorizer", then the scopes, as
    in "customer orders/read". Those with a route where a token has a say also get `TOKEN_ISSUER` and
    `TOKEN_CLIENT_IDS` (comma-separated).

    Attributes:
        issuer: The `iss` of accepted tokens, such as a Cognito user pool's provider URL.
        client_ids: App clients whose tokens are accepted, at least one, without commas.

    Raises:
        ValueError: The issuer is no https URL, there is no client, or one has a comma.

    Example:
        HttpFront(self, "Front", authorization=JwtInService(issuer=issuer, client_ids=[client_id]))
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        for client_id in self.client_ids:
            if "," in client_id:
                raise ValueError(f"client_ids must not hold commas, which part them in a variable, got {client_id!r}")

    def environment(self, routes: Sequence[Route]) -> Mapping[str, str]:
        """Give the variables of a function.

        Args:
            routes: What the function serves.

        Returns:
            Variables that the service verifies tokens with.
        """
        access = {route.key: " ".join([route.access, *route.scopes]) for route in routes}
        environment = {"ROUTE_ACCESS": json.dumps(access, separators=(",", ":"))}
        if any(route.takes_token for route in routes):
            environment |= {"TOKEN_ISSUER": self.issuer, "TOKEN_CLIENT_IDS": ",".join(self.client_ids)}
        return environment

    def authorizer(self, scope: Construct, api: apigwv2.IHttpApi) -> None:
        """Create nothing: the gateway lets every call through to the service."""


@dataclass(frozen=True, kw_only=True)
class JwtAtGateway(_AcceptedTokens):
    """The gateway's own JWT authorizer refuses calls before they cost anything.

    Its refusals are `{"message": "Unauthorized"}`; they cannot be problem+json. It cannot tell a person's token from
    a machine's: a handler of a route for customers looks at the claims that it is handed. Nor does it take a token or
    none, or one of two kinds, so that it refuses routes with `capability`, and `scopes` beside `customer`.

    Attributes:
        issuer: The `iss` of accepted tokens, such as a Cognito user pool's provider URL.
        client_ids: Accepted `aud` or `client_id`, 1 to 50.

    Raises:
        ValueError: The issuer is no https URL or not of the internet, or there is no client or more than the gateway
            takes.

    Example:
        HttpFront(self, "Front", authorization=JwtAtGateway(issuer=issuer, client_ids=[client_id]))
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_unresolved(self.issuer):
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: the gateway
            # fetches the keys from there, and is in no VPC.
            require_public("issuer", self.issuer)
        if not is_unresolved(self.client_ids) and len(self.client_ids) > MOST_AUDIENCES:
            raise ValueError(
                f"client_ids must be at most {MOST_AUDIENCES} for an authorizer of the gateway, got "
                f"{len(self.client_ids)}: JwtInService takes more"
            )

    def environment(self, routes: Sequence[Route]) -> Mapping[str, str]:  # noqa: ARG002
        """Give no variables: a service sees only calls that were let through."""
        return {}

    def authorizer(self, scope: Construct, api: apigwv2.IHttpApi) -> apigwv2.IHttpRouteAuthorizer:
        """Create the authorizer, once an API.

        Args:
            scope: The front; the authorizer is its child "Authorizer".
            api: The API.

        Returns:
            The authorizer that protected routes use.
        """
        authorizer = apigwv2.HttpAuthorizer(
            scope,
            "Authorizer",
            http_api=api,
            type=apigwv2.HttpAuthorizerType.JWT,
            identity_source=["$request.header.Authorization"],
            jwt_issuer=self.issuer,
            jwt_audience=list(self.client_ids),
        )
        return apigwv2.HttpAuthorizer.from_http_authorizer_attributes(
            scope, "AuthorizerOfRoutes", authorizer_id=authorizer.authorizer_id, authorizer_type="JWT"
        )


Authorization = JwtInService | JwtAtGateway
"""Who verifies the tokens that an API takes: each service, or the gateway."""
