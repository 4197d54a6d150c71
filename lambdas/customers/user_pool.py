"""What the user pool knows of the person whose token it is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from edge import problem

if TYPE_CHECKING:
    from urllib3 import PoolManager

TIMEOUT_SECONDS = 3.0


def proven_email(headers: Mapping[str, str]) -> str | None:
    """Give the e-mail address of the caller, if the pool has proven that it is theirs.

    One call of Cognito's ``GetUser``, which needs no permission but the caller's own token
    (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html).

    Args:
        headers: of an authorized request, names in lower case.

    Raises:
        Problem: 401 when the pool no longer takes the token, 503 when it does not answer.
    """
    from urllib3.exceptions import HTTPError

    token = headers.get("authorization", "").partition(" ")[2].strip()
    try:
        answer = _connections().request(
            "POST",
            _endpoint(),
            body=json.dumps({"AccessToken": token}).encode(),
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser",
            },
            timeout=TIMEOUT_SECONDS,
        )
        document: dict[str, object] = json.loads(answer.data) if answer.data else {}
    except (HTTPError, ValueError) as error:
        raise problem.service_unavailable("the user pool does not answer at the moment") from error
    if str(document.get("__type", "")).endswith("NotAuthorizedException"):
        raise problem.unauthorized("the user pool no longer takes the token", token_given=True)
    if answer.status != HTTPStatus.OK:
        raise problem.service_unavailable("the user pool does not answer at the moment")
    return _proven(document)


def _proven(document: Mapping[str, object]) -> str | None:
    found = document.get("UserAttributes")
    attributes = {str(each["Name"]): str(each.get("Value", "")) for each in found} if isinstance(found, list) else {}
    return attributes.get("email") or None if attributes.get("email_verified") == "true" else None


def _endpoint() -> str:
    given = os.environ.get("AWS_ENDPOINT_URL_COGNITO_IDP") or os.environ.get("AWS_ENDPOINT_URL")
    if given:
        return given
    issuer = urlsplit(os.environ["TOKEN_ISSUER"])
    return f"https://{issuer.netloc}/"


@cache
def _connections() -> PoolManager:
    from urllib3 import PoolManager

    return PoolManager(retries=2)
