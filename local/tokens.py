"""Bearer tokens of demo people, from the user pool itself: a merchant's and any customer's."""

import base64
import hashlib
import re

import httpx

from local.aws import LocalAws
from local.failure import FailureError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def merchant_token(aws: LocalAws) -> str:
    """An access token with every scope that the merchant's app client may have, by client credentials.

    Args:
        aws: The local AWS.

    Raises:
        FailureError: When the storefront is not deployed or the pool refuses.
    """
    client = aws.cognito.describe_user_pool_client(
        UserPoolId=aws.output("UserPoolId"), ClientId=aws.output("MerchantClientId")
    )["UserPoolClient"]
    answer = httpx.post(
        f"{aws.endpoint}/oauth2/token",
        data={"grant_type": "client_credentials", "scope": " ".join(client.get("AllowedOAuthScopes", []))},
        headers={"Authorization": f"Basic {_basic(client['ClientId'], client['ClientSecret'])}"},
        timeout=10,
    )
    if answer.status_code != httpx.codes.OK:
        raise FailureError(f"the user pool gave no merchant token: {answer.status_code} {answer.text}")
    return str(answer.json()["access_token"])


def customer_token(aws: LocalAws, name: str) -> str:
    """An access token of the demo customer of that name, who is created when new.

    Args:
        aws: The local AWS.
        name: Letters, digits, `.`, `_`, `-`; at most 64.

    Raises:
        FailureError: When the name is no such name or the storefront is not deployed.
    """
    if not _NAME.fullmatch(name):
        raise FailureError(f"customer {name!r}: a name is 1 to 64 letters, digits, dots, dashes or underscores")
    cognito, pool = aws.cognito, aws.output("UserPoolId")
    by_email = "email" in cognito.describe_user_pool(UserPoolId=pool)["UserPool"].get("UsernameAttributes", [])
    email = f"{name}@example.com".lower()
    username, password = (email if by_email else name), _demo_password(name)
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
    except cognito.exceptions.UsernameExistsException:
        pass
    else:
        cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=aws.output("CustomerClientId"),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["AccessToken"]


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _demo_password(name: str) -> str:
    """No secret: it opens an emulator on the loopback interface, and only has to pass the pool's password policy."""
    return f"Demo-1-{hashlib.sha256(name.encode()).hexdigest()[:20]}"
