"""The bodies of refusals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.model import Contract
from edge.problem import MAXIMUM_ERRORS, TYPE_PREFIX


class InputFault(Contract):
    """One fault of an input.

    Attributes:
        pointer: RFC 6901 JSON pointer into the body, empty for the whole of it; absent when it is not about the body.
        parameter: name of the parameter of path, query or headers at fault.
        code: a short name of the fault for programs, e.g. ``missing``.
        detail: what is wrong and what is allowed.
    """

    pointer: Annotated[str, Field(max_length=500)] = ""
    parameter: str = ""
    code: str = ""
    detail: str


class Problem(Contract):
    """A problem document (RFC 9457).

    Attributes:
        type: what went wrong; programs go by it.
        title: the same in words.
        status: the HTTP status.
        detail: what went wrong this time, with what is allowed.
        errors: the single faults of an invalid input.
    """

    type: Annotated[str, Field(pattern=f"^{TYPE_PREFIX}[a-z-]+$")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    errors: Annotated[list[InputFault], Field(max_length=MAXIMUM_ERRORS, min_length=1)] = Field(default_factory=list)


class GatewayRefusal(Contract):
    """What the gateway says when no service is asked, or none answers.

    Attributes:
        message: what it is about.
    """

    message: str
