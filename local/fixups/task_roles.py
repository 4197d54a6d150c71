"""A task has the credentials of its role, and a new set before they expire.

The emulator gives every task made-up credentials that no policy knows, so that with IAM enforced each call would be
refused. Here each container gets an address of its own (`AWS_CONTAINER_CREDENTIALS_FULL_URI`, as ECS sets
it), where a session of its task's role is opened whenever it asks, which SDKs do before one expires.
"""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import imds, sts

PATH = "/v2/credentials/"
LIFETIME_SECONDS = 3600

_roles: dict[str, str] = {}
"""Address of each container's credentials to the ARN of its role."""


def install() -> None:
    """Replaces what the emulator answers at those addresses."""
    if not callable(getattr(sts, "register_session", None)):
        raise RuntimeError("ministack changed: sts has no register_session")
    answer_others: Callable[..., Any] = imds.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: Any, query: Any) -> Any:
        if not path.startswith(PATH):
            return await answer_others(method, path, headers, body, query)
        role = _roles.get(path.removeprefix(PATH).rstrip("/"))
        if role is None:
            return 404, {"Content-Type": "application/json"}, b'{"message": "no task has these credentials"}'
        return 200, {"Content-Type": "application/json"}, json.dumps(new_session(role)).encode()

    imds.handle_request = handle_request


def credentials_path(role: str) -> str:
    """Makes an address where a container finds credentials of a role.

    Args:
        role: The role's ARN.
    """
    token = secrets.token_urlsafe(24)
    _roles[token] = role
    return PATH + token


def new_session(role: str) -> dict[str, str]:
    """Opens a session of a role for an hour; gives it as ECS does.

    Args:
        role: The role's ARN.
    """
    name, key, session = role.rpartition("/")[2], f"ASIA{secrets.token_hex(8).upper()}", "ecs-task"
    secret, token, expires = secrets.token_hex(20), secrets.token_hex(32), time.time() + LIFETIME_SECONDS
    sts.register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{get_account_id()}:assumed-role/{name}/{session}",
            "UserId": f"{name}:{session}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": expires,
        },
    )
    return {
        "RoleArn": role,
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "Token": token,
        "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires)),
    }
