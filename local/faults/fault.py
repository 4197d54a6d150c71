"""One fault: what happens, to whom, when, and how often."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

Kind = Literal["kill", "throttle", "conflict", "delay", "repeat", "late"]
Moment = Literal["before", "after"]

_LONGEST_DELAY_SECONDS = 900.0
_MOST_TIMES = 10_000


class InvalidFaultError(ValueError):
    """It is no fault; the message names the field, its value and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to a function.

    Attributes:
        function: Part of the function's name, such as `CheckoutSaga`.
        kind: `kill` ends its process (as running out of memory does), before or after a call or the whole invocation;
            `throttle` lets a call to DynamoDB find no capacity; `conflict` lets a transaction of DynamoDB meet others
            on all of its items; `delay` holds a call's answer back; `repeat` delivers the invocation twice; `late`
            drops the invocation, so that whoever sent it sends it again later.
        call: Part of the call that it strikes: an AWS operation such as `DynamoDB_20120810.TransactWriteItems`, or a
            request of the API such as `PUT /v1/payments/`; empty for the invocation itself.
        moment: Whether a `kill` comes before the call has its effect or after it, when only the answer is lost.
        skip: How many matching calls or invocations pass unharmed first.
        times: How many it strikes, 1 to 10,000.
        seconds: How long a `delay` lasts, more than 0 and up to 900.
    """

    function: str
    kind: Kind
    call: str = ""
    moment: Moment = "after"
    skip: int = 0
    times: int = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._require_one_of("kind", get_args(Kind))
        self._require_one_of("moment", get_args(Moment))
        for name, kind in (("function", str), ("call", str), ("skip", int), ("times", int)):
            if not isinstance(getattr(self, name), kind):
                raise InvalidFaultError(f"{name} must be of type {kind.__name__}, got {getattr(self, name)!r}")
        if not self.function:
            raise InvalidFaultError("function must be part of a function's name, got ''")
        if not 1 <= self.times <= _MOST_TIMES or self.skip < 0:
            raise InvalidFaultError(
                f"times must be 1 to {_MOST_TIMES} and skip at least 0, got {self.times}, {self.skip}"
            )
        if self.kind in ("repeat", "late") and self.call:
            raise InvalidFaultError(f"call must be empty for {self.kind}, a fault of invocations, got {self.call!r}")
        if self.kind == "conflict" and "TransactWriteItems" not in self.call:
            raise InvalidFaultError(f"call must be of TransactWriteItems for conflict, got {self.call!r}")
        if self.kind in ("throttle", "delay") and not self.call:
            raise InvalidFaultError(f"call must name what a {self.kind} strikes, got ''")
        if self.kind == "delay" and not 0 < self.seconds <= _LONGEST_DELAY_SECONDS:
            raise InvalidFaultError(f"seconds must be more than 0 and at most 900, got {self.seconds}")

    @classmethod
    def of(cls, document: object) -> Fault:
        """Read a fault.

        Args:
            document: A JSON object with the fields above.

        Raises:
            InvalidFaultError: It is none.
        """
        names = [field.name for field in fields(cls)]
        if not isinstance(document, dict):
            raise InvalidFaultError(f"a fault must be an object, got {document!r}")
        if unknown := sorted(document.keys() - set(names)):
            raise InvalidFaultError(f"a fault has only {', '.join(names)}, got {', '.join(map(repr, unknown))}")
        if missing := {"function", "kind"} - document.keys():
            raise InvalidFaultError(f"a fault must have function and kind, got no {' and no '.join(sorted(missing))}")
        return cls(**document)

    def document(self) -> dict[str, object]:
        """Give it as JSON has it."""
        return asdict(self)

    def _require_one_of(self, name: str, allowed: tuple[str, ...]) -> None:
        if getattr(self, name) not in allowed:
            raise InvalidFaultError(f"{name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}")
