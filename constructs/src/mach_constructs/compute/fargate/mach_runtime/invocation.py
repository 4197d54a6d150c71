"""One call of a handler, and what can come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What a handler is called with.

    Attributes:
        handler: Module and function, such as "orders.api.handler".
        event: The first argument.
        request_id: `context.aws_request_id`.
        deadline: When it must have answered, in seconds since 1970.
        trace_header: X-Ray header of the running trace, if any.
    """

    handler: str
    event: Mapping[str, object]
    request_id: str
    deadline: float
    trace_header: str | None = None


class InvocationError(Exception):
    """A handler gave no answer."""


class HandlerRaisedError(InvocationError):
    """The handler raised, or what it returned is no JSON."""


class HandlerTimeoutError(InvocationError):
    """The handler took too long; its process was ended."""


class HandlerCrashedError(InvocationError):
    """The process ended by itself, for example for want of memory."""


class OverloadedError(InvocationError):
    """Nobody was free to take the call in time."""
