"""The responses of an operation: its own answers, and the problems that its kind of operation has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from api_description.access import Access
from api_description.operation import JSON, Answer, Operation
from api_description.problem_kinds import COMMON, ProblemKind
from api_description.schemas import REFERENCE, Schema, SchemaSet
from edge.problem import CONTENT_TYPE

_TEXT: Schema = {"type": "string"}
HEADERS: dict[str, dict[str, object]] = {
    "X-Correlation-Id": {"description": "The request's, or one that was made for it.", "schema": _TEXT},
    "ETag": {
        "description": 'Changes with every change of what is answered, e.g. `"3"`.',
        "schema": _TEXT,
        "required": True,
    },
    "Location": {"description": "Where what was made can be read.", "schema": _TEXT, "required": True},
    "Content-Location": {"description": "Whose representation the body is.", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "WWW-Authenticate": {"description": "Which kind of token is needed.", "schema": _TEXT},
    "Accept": {"description": "Media types that are read here.", "schema": _TEXT},
    "Cache-Control": {"description": "Who may keep the answer, and for how long.", "schema": _TEXT},
}
"""By their names in `#/components/headers`."""

GATEWAY_REFUSAL = "GatewayRefusal"
"""The schema of what the gateway says itself."""

_SAID_BY_THE_GATEWAY = {
    HTTPStatus.TOO_MANY_REQUESTS: "Too Many Requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Internal Server Error",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service Unavailable",
}
_MEANINGS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.UNAUTHORIZED: "There is no token, or none that holds.",
    HTTPStatus.FORBIDDEN: "The caller may not do this.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or the caller may not know of it.",
    HTTPStatus.CONFLICT: "It contradicts the state of things.",
    HTTPStatus.PRECONDITION_FAILED: "`If-Match` or `If-None-Match` does not hold: read again, then write.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than what is read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of a media type that is not read here.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The input was read, and is not allowed: `errors` says where.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests: try again in a moment.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Our mistake; it was recorded.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now: try again after `Retry-After`.",
}


def responses(operation: Operation, access: Access, schemas: SchemaSet) -> dict[str, object]:
    """Give every response of an operation, by status.

    Args:
        operation: What its service says of it.
        access: Who may call it.
        schemas: Of all types.
    """
    found: dict[str, object] = {}
    for status, answers in groupby(_answers(operation), key=lambda answer: answer.status):
        found[str(status.value)] = _answer(list(answers), schemas)
    for status, refusal in _refusals(operation, access).items():
        common = refusal.is_common
        found[str(status.value)] = {"$ref": f"#/components/responses/{refusal.name}"} if common else refusal.document()
    return found


def common_responses(operations: Sequence[Operation], access: Mapping[str, Access]) -> dict[str, object]:
    """Give what several operations answer alike, by name in `#/components/responses`."""
    found = {
        refusal.name: refusal.document()
        for operation in operations
        for refusal in _refusals(operation, access[operation.key]).values()
        if refusal.is_common
    }
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class _Refusal:
    """Everything that is answered with one status.

    Attributes:
        status: Of the answers.
        kinds: Problems that the service tells of.
        gateway: What the gateway says itself, if it does.
    """

    status: HTTPStatus
    kinds: Sequence[ProblemKind]
    gateway: str | None

    @property
    def is_common(self) -> bool:
        """Whether no part of it is the operation's own."""
        return all(kind in COMMON for kind in self.kinds)

    @property
    def name(self) -> str:
        """A name that tells it from others."""
        return "Or".join(_pascal(kind.kind) for kind in self.kinds) or f"GatewaySays{_pascal(self.status.phrase)}"

    def document(self) -> dict[str, object]:
        """Give the Response Object."""
        content: dict[str, object] = {}
        if self.kinds:
            types: Schema = {"properties": {"type": {"enum": [kind.type for kind in self.kinds]}}}
            content[CONTENT_TYPE] = {
                "schema": {"allOf": [{"$ref": REFERENCE + "Problem"}, types]},
                "examples": {kind.kind: {"summary": kind.title, "value": kind.example} for kind in self.kinds},
            }
        if self.gateway:
            schema = {"$ref": REFERENCE + GATEWAY_REFUSAL}
            content[JSON] = {"schema": schema, "example": {"message": self.gateway}}
        names = [name for kind in self.kinds for name in kind.headers]
        return {"description": _MEANINGS[self.status], "headers": _headers(names), "content": content}


def _pascal(words: str) -> str:
    return "".join(word.capitalize() for word in re.split("[ -]", words))


def _refusals(operation: Operation, access: Access) -> Mapping[HTTPStatus, _Refusal]:
    by_service = operation.problem_kinds(access)
    by_gateway = dict(_SAID_BY_THE_GATEWAY)
    if access.way == "iam":
        by_gateway[HTTPStatus.FORBIDDEN] = "Forbidden"
    return {
        status: _Refusal(status, by_service.get(status, ()), by_gateway.get(status))
        for status in sorted(by_service.keys() | by_gateway.keys())
    }


def _answers(operation: Operation) -> list[Answer]:
    tagged = ("ETag",) if operation.safe else ()
    cached = (*tagged, "Cache-Control") if operation.safe == "cached" else tagged
    found = [
        Answer(
            answer.status,
            answer.description,
            answer.type,
            example=answer.example,
            headers=(*answer.headers, *(() if answer.status is HTTPStatus.NO_CONTENT else cached)),
            media_type=answer.media_type,
        )
        for answer in operation.answers
    ]
    if operation.safe == "cached":
        found.append(Answer(HTTPStatus.NOT_MODIFIED, "What `If-None-Match` names still holds.", headers=cached))
    return found


def _answer(answers: Sequence[Answer], schemas: SchemaSet) -> dict[str, object]:
    headers = [name for answer in answers for name in answer.headers]
    response: dict[str, object] = {"description": answers[0].description, "headers": _headers(headers)}
    content = {
        answer.media_type: {"schema": schemas.answered(answer.type), "example": answer.example}
        for answer in answers
        if answer.type is not None
    }
    return {**response, "content": content} if content else response


def _headers(names: Sequence[str]) -> dict[str, object]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in dict.fromkeys(("X-Correlation-Id", *names))}
