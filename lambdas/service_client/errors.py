"""What can become of a call, besides its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from edge.problem import TYPE_PREFIX, Problem


class CallRefusedError(Exception):
    """The other service understood the call and will not do it: sending it again changes nothing.

    Attributes:
        call: its route key.
        status: 400 to 499.
        kind: what went wrong, as the other service's slug: the end of the problem's ``type``, such as
            ``insufficient-stock``; ``unknown`` when the answer was no problem document.
        detail: what went wrong this time.
        errors: the single faults that the problem names.
    """

    def __init__(
        self, call: str, status: int, kind: str, detail: str, *, errors: Sequence[Mapping[str, object]] = ()
    ) -> None:
        super().__init__(f"{call} was refused: {status} {kind}: {detail}")
        self.call = call
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)

    @classmethod
    def of(cls, call: str, status: int, document: object) -> CallRefusedError:
        """Read a problem document; API Gateway's own refusals are none.

        Args:
            call: route key.
            status: of the answer.
            document: its body.
        """
        if not isinstance(document, Mapping):
            return cls(call, status, "unknown", "")
        members = cast(Mapping[str, object], document)
        kind = str(members.get("type", "unknown")).removeprefix(TYPE_PREFIX)
        errors = members.get("errors")
        return cls(
            call,
            status,
            kind,
            str(members.get("detail") or members.get("message") or ""),
            errors=[error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else (),
        )


class ServiceUnavailableError(Problem):
    """The other service did not answer, or not in time, even when asked again: nothing is known about the call.

    It is a problem itself, so that whoever cannot do without the answer lets it pass: its own caller gets a 503 with a
    ``Retry-After``.

    Attributes:
        call: the route key of what was called.
        reason: what happened, for logs.
        may_pass: whether the same call may succeed in a moment.
        asked_to_wait_seconds: by the other service; 0 when it did not say.
    """

    def __init__(self, call: str, reason: str, *, may_pass: bool, asked_to_wait_seconds: int = 0) -> None:
        super().__init__(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "service-unavailable",
            "a service that this one needs does not answer; try again in a moment",
            headers={"Retry-After": str(max(1, asked_to_wait_seconds))},
        )
        self.call = call
        self.reason = reason
        self.may_pass = may_pass
        self.asked_to_wait_seconds = asked_to_wait_seconds

    def __str__(self) -> str:
        """Give what the log says."""
        return f"{self.call} got no answer: {self.reason}"
