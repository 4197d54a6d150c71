"""Who may call a route: bearer tokens of the user pool, refused unless the route says otherwise."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from edge import problem
from edge.key_set import KeySet, KeySetUnavailableError

LEEWAY_SECONDS = 30
"""How far the clocks of pool and service may differ."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who calls.

    Attributes:
        subject: the user's or, for a machine, the app client's id; None for an anonymous caller.
        client_id: the app client that got the token.
        scopes: what the token allows.
        username: the user's name in the pool, when there is a user.
    """

    subject: str | None = None
    client_id: str | None = None
    scopes: frozenset[str] = frozenset()
    username: str | None = None

    @property
    def is_customer(self) -> bool:
        """Whether a person calls: a machine's token is its app client's own and names no user."""
        return self.username is not None and self.subject != self.client_id

    def may(self, scope: str) -> bool:
        """Whether the token allows what a scope such as ``orders/read`` says."""
        return scope in self.scopes


ANONYMOUS = Principal()


def authorize(route_key: str, authorization: str | None) -> Principal:
    """Give the caller of a route, or refuse.

    The environment variable ``ROUTE_ACCESS`` says who may call which route: a JSON object of route keys, each with a
    declaration and scopes, blanks between. A route that is not listed is refused.

    ``public``       everybody; a token is not looked at
    ``iam``          whom the gateway let through; a token is not looked at
    ``authorizer``   the same
    ``signed``       everybody: the handler verifies the body's signature
    ``capability``   everybody; a token that is sent must hold, and the handler sees who calls
    ``customer``     a person's token, or one with one of the scopes
    ``scopes``       a token with one of the scopes

    Args:
        route_key: as API Gateway gives it, e.g. ``PUT /v1/products/{id}``.
        authorization: the request's Authorization header.

    Raises:
        Problem: 401 without a token that holds where one is needed, 403 when it is of another kind or lacks the scopes,
            or the route is not listed, 503 when the pool does not give its keys.
    """
    declared, *scopes = _route_access(os.environ.get("ROUTE_ACCESS", "{}")).get(route_key, "nobody").split()
    match declared:
        case "public" | "iam" | "authorizer" | "signed":
            return ANONYMOUS
        case "capability":
            return ANONYMOUS if authorization is None else _verify(_bearer_token(authorization))
        case "customer":
            return _require(_verify(_bearer_token(authorization)), scopes, customers=True)
        case "scopes":
            return _require(_verify(_bearer_token(authorization)), scopes)
        case _:
            raise problem.forbidden(f"the route {route_key!r} is open to nobody")


@cache
def _route_access(text: str) -> Mapping[str, str]:
    access: dict[str, str] = json.loads(text)
    return access


def _require(principal: Principal, scopes: Sequence[str], *, customers: bool = False) -> Principal:
    if (customers and principal.is_customer) or not principal.scopes.isdisjoint(scopes):
        return principal
    lacking = [f"lacks the scope {' or '.join(scopes)}"] if scopes else []
    wrong = ["is no customer's"] if customers else []
    raise problem.forbidden(f"the token {' and '.join([*wrong, *lacking])}", scopes=scopes)


@cache
def _key_set(issuer: str) -> KeySet:
    return KeySet(issuer)


def _bearer_token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if not authorization or scheme.lower() != "bearer" or not token.strip():
        raise problem.unauthorized("send a bearer token in the Authorization header", token_given=False)
    return token.strip()


def _verify(token: str) -> Principal:
    # Reads are public and start faster without it.
    import jwt

    issuer = os.environ["TOKEN_ISSUER"]
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        key = _key_set(issuer).key(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise _refused("it is signed by an unknown key")
        claims = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            # Cognito's access tokens name their app client in client_id, checked below, and have no audience.
            options={"require": ["exp", "iss", "sub", "client_id", "token_use"], "verify_aud": False},
        )
    except KeySetUnavailableError as error:
        raise problem.service_unavailable("the token cannot be checked at the moment") from error
    except jwt.ExpiredSignatureError as error:
        raise _refused("it has expired") from error
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise _refused("it is malformed, not yet valid, or of another issuer") from error
    if claims["token_use"] != "access":  # noqa: S105  # a kind of token, no secret
        raise _refused("it is no access token")
    if not claims["client_id"] or claims["client_id"] not in os.environ["TOKEN_CLIENT_IDS"].split(","):
        raise _refused("it was given to another app client")
    username = claims.get("username")
    return Principal(
        subject=str(claims["sub"]),
        client_id=str(claims["client_id"]),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        username=str(username) if username is not None else None,
    )


def _refused(reason: str) -> problem.Problem:
    return problem.unauthorized(f"the bearer token is refused: {reason}", token_given=True)
