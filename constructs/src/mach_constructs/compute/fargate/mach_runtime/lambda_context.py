"""The second argument of a handler, as Lambda gives it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

_ACCOUNT_PLACEHOLDER = "000000000000"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who calls, for apps that use Cognito's identity pools; always nobody here."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class LambdaContext:
    """What handlers may ask about the call and where it runs.

    Names and meanings are those of
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html; the ARN has the form of a function's, for
    libraries that take it apart, and names no function.
    """

    aws_request_id: str
    function_name: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    region: str
    deadline: float = field(repr=False)
    function_version: str = "$LATEST"
    identity: Identity = Identity()
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        """An ARN in the form of a function's."""
        return f"arn:aws:lambda:{self.region}:{_ACCOUNT_PLACEHOLDER}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Give how long the call may go on."""
        return max(0, int((self.deadline - time.time()) * 1000))
