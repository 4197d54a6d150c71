"""Why a checkout fails: what its customer is told, and what trying again cannot change."""

from __future__ import annotations

import json
import re

_KIND = re.compile(r"[a-z][a-z0-9-]{0,63}\Z")


class RefusedError(Exception):
    """A step cannot be taken, now or later. Step Functions knows it by the name of this class.

    Attributes:
        kind: what is wrong, as the end of a problem's type.
        detail: what is wrong this time.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(json.dumps({"kind": kind, "detail": detail}))
        self.kind = kind
        self.detail = detail


class PriceUnsettledError(Exception):
    """The price is another than the customer agreed to, but pricing may not have heard yet of what they saw."""


def is_kind(text: str) -> bool:
    """Say whether a text can be the end of a problem's type."""
    return _KIND.match(text) is not None


def refusal_of(error: str, cause: str, *, waiting_for: str | None) -> RefusedError:
    """Give the refusal that made an execution fail.

    Args:
        error: its name.
        cause: what Lambda says of an exception, or what a step was called back with.
        waiting_for: what the checkout was waiting for: ``payment``, ``review`` or nothing.
    """
    if error == RefusedError.__name__:
        try:
            told = json.loads(cause)
            said = json.loads(told["errorMessage"]) if "errorMessage" in told else told
            if is_kind(said["kind"]):
                return RefusedError(said["kind"], str(said["detail"]))
        except (ValueError, KeyError, TypeError):
            pass
    if error == "States.Timeout" and waiting_for == "payment":
        return RefusedError("payment-timeout", "the payment was not confirmed in time")
    if error == "States.Timeout" and waiting_for == "review":
        return RefusedError("review-timeout", "nobody has reviewed the checkout in time")
    return RefusedError("checkout-failed", "the checkout could not be carried out; nothing was charged")
