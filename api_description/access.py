"""Who may call an operation, as the stack's route says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

SCHEMES: dict[str, dict[str, object]] = {
    "merchant": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A merchant's access token, by the client credentials grant at the user pool's token endpoint. "
        "What an operation lists beside it are scopes, of which the token needs one.",
    },
    "customer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a person who signed in at the user pool.",
    },
    "service": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "A request signed by AWS Signature Version 4 for `execute-api`, by a role that may invoke the "
        "route.",
        "x-amazon-apigateway-authtype": "awsSigv4",
    },
    "payment-simulator-signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Payment-Simulator-Signature",
        "description": "The body signed with the secret that is shared with the payment simulator (HMAC-SHA256).",
    },
    "payment-simulator-key": {
        "type": "http",
        "scheme": "bearer",
        "description": "The API key that the payment simulator gave the merchant.",
    },
}


class DeclaredRoute(Protocol):
    """What is asked of a route's declaration."""

    @property
    def key(self) -> str:
        """Method and path."""

    @property
    def access(self) -> str:
        """Who may call it, in one word."""

    @property
    def scopes(self) -> Sequence[str]:
        """Scopes, of which a token needs one."""


@dataclass(frozen=True)
class Access:
    """Who may call.

    Attributes:
        way: "public", "capability", "customer", "scopes", "signed" or "iam".
        scopes: Of merchants' tokens, one of which is needed.
    """

    way: str
    scopes: tuple[str, ...] = ()

    @classmethod
    def of(cls, route: DeclaredRoute) -> Access:
        """Give what a route declares."""
        return cls(route.access, tuple(route.scopes))

    @classmethod
    def parse(cls, text: str) -> Access:
        """Read how the edge is told of it, such as "scopes catalog/write"."""
        way, *scopes = text.split()
        return cls(way, tuple(scopes))

    def requirements(self, *, signed_by: str = "") -> list[dict[str, list[str]]]:
        """Give an operation's `security`: any one of them is enough.

        Args:
            signed_by: The scheme of a route that is signed.
        """
        merchants: list[dict[str, list[str]]] = [{"merchant": [scope]} for scope in self.scopes]
        match self.way:
            case "public":
                return []
            case "capability":
                return [{}, {"customer": []}, *merchants]
            case "customer":
                return [{"customer": []}, *merchants]
            case "signed":
                return [{signed_by: []}]
            case "iam":
                return [{"service": []}]
            case _:
                return merchants

    @property
    def checks_tokens(self) -> bool:
        """Whether a token that does not hold is refused."""
        return self.way in ("capability", "customer", "scopes")

    @property
    def needs_tokens(self) -> bool:
        """Whether a token of another kind is refused as well."""
        return self.way in ("customer", "scopes")
