"""How a webhook proves who calls; secrets come from Secrets Manager and from nowhere else."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from typing import Protocol

from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager

from mach_constructs.events.webhook_headers import require_header_name
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_text
from mach_constructs.web_addresses import require_public

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html, which "do not support
# private destinations"; those of a VPC take a connection with a resource configuration, which a webhook has not.
_LONGEST_URL = 2048
_URL = re.compile(r"(%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+")
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnectionBasicAuthRequestParameters.html
_LONGEST_CREDENTIAL = 512
_CREDENTIAL = re.compile(r"[^\x00-\x1F:\x7F]+")
_AUTHORIZATION = "Authorization"


class WebhookAuthorization(Protocol):
    """What EventBridge sends along with every call."""

    @property
    def sent_header(self) -> str:
        """Name of the header that it sends."""

    def check(self) -> None:
        """Check what was given; nothing is created yet.

        Raises:
            ValueError: A name is empty, malformed or too long, or an address is not https or not of the internet.
        """

    def authorization(self) -> events.Authorization:
        """Give the same as a connection takes it."""


@dataclass(frozen=True)
class ApiKey:
    """A key in a header of every call.

    Attributes:
        secret: Where the key is.
        field: Field of the secret's JSON; None for the whole secret.
        header: Name of the header, at most 512 characters.

    Example:
        ApiKey(secret, field="api_key", header="X-Api-Key")
    """

    secret: secretsmanager.ISecret
    _: KW_ONLY
    field: str | None = None
    header: str = "Authorization"

    @property
    def sent_header(self) -> str:
        """Name of the header with the key."""
        return self.header

    def check(self) -> None:
        """Check the names."""
        require_text("header", self.header)
        require_header_name("header", self.header)
        if self.field is not None:
            require_text("field", self.field)

    def authorization(self) -> events.Authorization:
        """Give the header with a reference to the secret."""
        value = self.secret.secret_value if self.field is None else self.secret.secret_value_from_json(self.field)
        return events.Authorization.api_key(self.header, value)


@dataclass(frozen=True)
class Basic:
    """A user name and a password (RFC 7617).

    Attributes:
        secret: Where the password is.
        username: Who calls, at most 512 characters without a colon.
        field: Field of the secret's JSON that is the password.

    Example:
        Basic(secret, username="storefront")
    """

    secret: secretsmanager.ISecret
    _: KW_ONLY
    username: str
    field: str = "password"

    @property
    def sent_header(self) -> str:
        """Name of the header, `Authorization`."""
        return _AUTHORIZATION

    def check(self) -> None:
        """Check the names."""
        _require_credential("username", self.username)
        require_text("field", self.field)

    def authorization(self) -> events.Authorization:
        """Give the name with a reference to the password."""
        return events.Authorization.basic(self.username, self.secret.secret_value_from_json(self.field))


@dataclass(frozen=True)
class ClientCredentials:
    """A token that EventBridge gets by the client credentials grant (RFC 6749, 4.4) and renews by itself.

    Attributes:
        secret: Where the client's secret is.
        token_url: Where tokens are given out; begins with https:// and is reachable from the internet.
        client_id: The client's id, at most 512 characters without a colon.
        field: Field of the secret's JSON that is the client's secret.
        scope: What the token is asked for, if the server wants to be told.

    Example:
        ClientCredentials(secret, token_url="https://id.partner.example/token", client_id="storefront")
    """

    secret: secretsmanager.ISecret
    _: KW_ONLY
    token_url: str
    client_id: str
    field: str = "client_secret"
    scope: str | None = None

    @property
    def sent_header(self) -> str:
        """Name of the header, `Authorization`."""
        return _AUTHORIZATION

    def check(self) -> None:
        """Check the names and the address."""
        _require_credential("client_id", self.client_id)
        if self.scope is not None:
            require_text("scope", self.scope)
        require_text("field", self.field)
        require_https("token_url", self.token_url)

    def authorization(self) -> events.Authorization:
        """Give where tokens come from, with a reference to the secret."""
        parameters = {"grant_type": events.HttpParameter.from_string("client_credentials")}
        if self.scope is not None:
            parameters["scope"] = events.HttpParameter.from_string(self.scope)
        return events.Authorization.oauth(
            authorization_endpoint=self.token_url,
            client_id=self.client_id,
            client_secret=self.secret.secret_value_from_json(self.field),
            http_method=events.HttpMethod.POST,
            body_parameters=parameters,
        )


def _require_credential(argument: str, value: str) -> None:
    require_text(argument, value)
    if is_unresolved(value):
        return
    if not _CREDENTIAL.fullmatch(value):
        raise ValueError(f"{argument} must have neither colons nor control characters, got {value!r}")
    if len(value) > _LONGEST_CREDENTIAL:
        raise ValueError(f"{argument} must have at most {_LONGEST_CREDENTIAL} characters, got {len(value)}")


def require_https(argument: str, url: str) -> None:
    """Refuse an address that EventBridge refuses.

    Args:
        argument: The argument's name, as the caller wrote it.
        url: What was given; an unresolved token passes.

    Raises:
        ValueError: It is not https, has no host, has credentials, a fragment or characters that a URL writes with %, or
            is longer than 2048 characters, or the internet does not know its host.
    """
    if is_unresolved(url):
        return
    scheme, separator, rest = url.partition("://")
    host = rest.partition("/")[0]
    if scheme != "https" or not separator or not host or "@" in host or not _URL.fullmatch(url):
        raise ValueError(f"{argument} must be like https://partner.example/events, got {url!r}")
    if len(url) > _LONGEST_URL:
        raise ValueError(f"{argument} must be at most {_LONGEST_URL} characters, got {len(url)}")
    require_public(argument, url)
