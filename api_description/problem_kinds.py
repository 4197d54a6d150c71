"""The problems that operations answer with: each kind's status, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from edge import problem


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem.

    Attributes:
        status: Of the answer.
        kind: The end of its `type`, such as "sku-taken".
        detail: An example of what it says.
        errors: An example of the single faults it lists, if it lists any.
        headers: Names of further headers that the answer has, of `#/components/headers`.
    """

    status: HTTPStatus
    kind: str
    detail: str
    errors: Sequence[Mapping[str, str]] = field(default=())
    headers: Sequence[str] = ()

    @property
    def type(self) -> str:
        """The problem's `type`."""
        return problem.TYPE_PREFIX + self.kind

    @property
    def title(self) -> str:
        """The problem's `title`."""
        return str(self.example["title"])

    @property
    def example(self) -> dict[str, object]:
        """A whole problem of the kind."""
        errors = [problem.InputError(**error) for error in self.errors]
        return problem.Problem(self.status, self.kind, self.detail, errors=errors).document()


def conflict(kind: str, detail: str) -> ProblemKind:
    """Give a kind of 409."""
    return ProblemKind(HTTPStatus.CONFLICT, kind, detail)


def not_found(detail: str) -> ProblemKind:
    """Give what a 404 of an operation says."""
    return ProblemKind(HTTPStatus.NOT_FOUND, "not-found", detail)


BAD_REQUEST = ProblemKind(
    HTTPStatus.BAD_REQUEST, "bad-request", "If-Match is '3'; send * or entity tags in quotes such as \"3\""
)
UNREADABLE_BODY = ProblemKind(
    HTTPStatus.BAD_REQUEST, "unreadable-body", "the body is not readable JSON: Expecting value at line 1 column 8"
)
UNAUTHORIZED = ProblemKind(
    HTTPStatus.UNAUTHORIZED,
    "unauthorized",
    "the bearer token is refused: it has expired",
    headers=("WWW-Authenticate",),
)
FORBIDDEN = ProblemKind(HTTPStatus.FORBIDDEN, "forbidden", "the token lacks the scope catalog/write")
NOT_FOUND = not_found("there is nothing at this address")
PRECONDITION_FAILED = ProblemKind(
    HTTPStatus.PRECONDITION_FAILED, "precondition-failed", 'If-Match is "1", the current entity tag is "2"'
)
CONTENT_TOO_LARGE = ProblemKind(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content-too-large", "the body has 150000 bytes; 102400 are allowed"
)
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "unsupported-media-type",
    "content type 'text/plain' is not read here; send application/json",
    headers=("Accept",),
)
INVALID_INPUT = ProblemKind(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid-input",
    "one value is invalid",
    errors=({"parameter": "limit", "detail": "is '0'; must be an integer from 1 to 100", "code": "out_of_range"},),
)
INTERNAL_ERROR = ProblemKind(
    HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "an unexpected error occurred; it was recorded"
)
SERVICE_UNAVAILABLE = ProblemKind(
    HTTPStatus.SERVICE_UNAVAILABLE, "service-unavailable", "try again in a moment", headers=("Retry-After",)
)

COMMON = (
    BAD_REQUEST,
    UNREADABLE_BODY,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    PRECONDITION_FAILED,
    CONTENT_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_INPUT,
    INTERNAL_ERROR,
    SERVICE_UNAVAILABLE,
)
"""What operations need not name: it follows from what they are."""
