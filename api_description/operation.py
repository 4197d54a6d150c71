"""What a service says of one of its operations. What every operation of its kind has, it need not say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Literal

from api_description import problem_kinds as kinds
from api_description.access import Access
from api_description.problem_kinds import ProblemKind
from contracts.model import Identifier

JSON = "application/json"


@dataclass(frozen=True)
class Tag:
    """A group of operations in the document.

    Attributes:
        name: What readers see.
        description: What the operations have to do with each other.
    """

    name: str
    description: str


@dataclass(frozen=True)
class Parameter:
    """A parameter of the path, the query or the headers.

    Attributes:
        name: As it is sent.
        type: A type that pydantic knows, with all its limits.
        description: What it does.
        example: A value.
        required: Whether it must be there; one of the path always must.
        default: What leaving it out means, if it means a value.
    """

    name: str
    type: object
    description: str
    _: KW_ONLY
    example: object
    required: bool = False
    default: object = None


@dataclass(frozen=True)
class Body:
    """What is sent.

    Attributes:
        type: A model, or another type that pydantic knows.
        example: A value of it, as JSON.
        description: What there is to say beside the type.
        maximum_bytes: Largest that is read.
        others: Further media types that are read, each with an example.
        required: Whether it must be there.
    """

    type: object
    _: KW_ONLY
    example: object
    description: str = ""
    maximum_bytes: int = 102_400
    others: Mapping[str, str] = field(default_factory=dict)
    required: bool = True


@dataclass(frozen=True)
class Answer:
    """An answer that is no problem.

    Attributes:
        status: Of the answer.
        description: What it means.
        type: Of the body: a model, or another type that pydantic knows; None for no body.
        example: A value of it, as JSON.
        headers: Names of further headers that it has, of `#/components/headers`, such as "Location".
        media_type: Of the body.
    """

    status: HTTPStatus
    description: str
    type: object = None
    _: KW_ONLY
    example: object = None
    headers: Sequence[str] = ()
    media_type: str = JSON


@dataclass(frozen=True)
class Operation:
    """What a route takes and answers.

    Who may call it is said by the route alone. Problems that follow from the rest need not be named: 400, 413, 415 and
    422 of a body, 422 of a query and of a write to what a path names, 404 of a path with parameters, 412 of
    preconditions, 401 and 403 of tokens, 429, 500 and 503 of everything.

    Attributes:
        key: The route's, such as "GET /v1/products/{id}".
        id: The operation's name in clients that are generated, such as "getProduct".
        tag: The group that it belongs to.
        summary: What it does, in a few words.
        description: What else there is to know, in Markdown.
        path: Parameters of the path that are no `Identifier`, or need other words.
        query: Parameters of the query.
        headers: Further headers that it reads.
        body: What is sent.
        answers: What it answers when all is well.
        problems: What else may be wrong.
        safe: `cached` for a read with an `ETag`, that answers `If-None-Match` by 304; `conditional` for a write that
            heeds `If-Match` and `If-None-Match`, and whose answers have an `ETag`.
        idempotency_key: Whether an `Idempotency-Key` may be sent, or must be.
        signed_by: Of a route that is `signed`: the scheme, of `access.SCHEMES`.
    """

    key: str
    _: KW_ONLY
    id: str
    tag: Tag
    summary: str
    description: str = ""
    path: Sequence[Parameter] = ()
    query: Sequence[Parameter] = ()
    headers: Sequence[Parameter] = ()
    body: Body | None = None
    answers: Sequence[Answer]
    problems: Sequence[ProblemKind] = ()
    safe: Literal["cached", "conditional"] | None = None
    idempotency_key: Literal["optional", "required"] | None = None
    signed_by: str = ""

    @property
    def method(self) -> str:
        """In capitals."""
        return self.key.partition(" ")[0]

    @property
    def url(self) -> str:
        """The path's template."""
        return self.key.partition(" ")[2]

    @cached_property
    def path_parameters(self) -> tuple[Parameter, ...]:
        """Every parameter of the path, in order.

        Raises:
            ValueError: One is described that the path does not have.
        """
        described = {parameter.name: parameter for parameter in self.path}
        names = re.findall(r"\{(\w+)\}", self.url)
        if unknown := described.keys() - set(names):
            raise ValueError(f"{self.key} has no parameter {', '.join(sorted(unknown))} in its path")
        return tuple(
            described.get(name) or Parameter(name, Identifier, "Which one.", example=f"some-{name}") for name in names
        )

    def problem_kinds(self, access: Access) -> dict[HTTPStatus, list[ProblemKind]]:
        """Give every problem that its service answers with, by status.

        Args:
            access: Who may call it.
        """
        found: dict[HTTPStatus, dict[str, ProblemKind]] = {}
        for kind in (*self.problems, *self._problems_of_its_kind(), *_problems_of_access(access)):
            found.setdefault(kind.status, {}).setdefault(kind.kind, kind)
        return {status: list(found[status].values()) for status in sorted(found)}

    def _problems_of_its_kind(self) -> Sequence[ProblemKind]:
        found = [kinds.INTERNAL_ERROR, kinds.SERVICE_UNAVAILABLE]
        if self.path_parameters:
            found.append(kinds.NOT_FOUND)
        if self.safe:
            found.append(kinds.BAD_REQUEST)
        if self.safe == "conditional":
            found.append(kinds.PRECONDITION_FAILED)
        if self.body:
            found += [kinds.UNREADABLE_BODY, kinds.CONTENT_TOO_LARGE, kinds.UNSUPPORTED_MEDIA_TYPE]
        if self.body or self.query or self.idempotency_key or (self.path_parameters and self.method != "GET"):
            found.append(kinds.INVALID_INPUT)
        return found


def _problems_of_access(access: Access) -> Sequence[ProblemKind]:
    found = [kinds.UNAUTHORIZED] if access.checks_tokens else []
    return [*found, kinds.FORBIDDEN] if access.needs_tokens else found
