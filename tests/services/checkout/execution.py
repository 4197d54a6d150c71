"""What Step Functions does with the saga's handlers, without the waiting in between."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from checkout import saga
from checkout.refusal import PriceUnsettledError, RefusedError
from checkout.saga import StepEvent
from checkout.steps import price
from service_client.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from tests.services.passing_time import PassingTime

ORDER = ("validate", "price", "reserve", "authorize", "review", "create_order", "capture", "confirm")
UNDONE = frozenset(ORDER) - {"review", "confirm"}
ATTEMPTS = 5
SETTLING_PAUSE_SECONDS = 3
CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))


def run(checkout_id: str, *, twice: bool = False) -> str:
    """Run a checkout to its end; a step that gets no answer is tried again, then undone with those before it.

    Args:
        checkout_id: Which.
        twice: Whether every handler is invoked twice.

    Returns:
        "completed", or the step that was refused.
    """
    done: list[str] = []
    for step in ORDER:
        event: StepEvent = {"step": step, "input": {"checkout_id": checkout_id}, "task_token": f"token-{step}"}
        try:
            for _ in range(1 + twice):
                _attempt(event)
        except RefusedError as refusal:
            failure: saga.Failure = {"Error": "RefusedError", "Cause": str(refusal)}
        except ServiceUnavailableError as error:
            failure = {"Error": "ServiceUnavailableError", "Cause": str(error)}
            # Nobody knows whether it had its effect.
            done.append(step)
        else:
            done.append(step)
            continue
        for earlier in reversed(done):
            for _ in range((1 + twice) * (earlier in UNDONE)):
                _until_done(saga.undo, {"step": earlier, "input": {"checkout_id": checkout_id}, "failure": failure})
        for _ in range(1 + twice):
            saga.fail({"step": "on_failure", "input": {"checkout_id": checkout_id}, "failure": failure}, CONTEXT)
        return step
    return "completed"


def _attempt(event: StepEvent) -> None:
    for attempt in range(ATTEMPTS):
        try:
            saga.handler(event, CONTEXT)
        except PriceUnsettledError:
            cast("PassingTime", price.time).seconds(SETTLING_PAUSE_SECONDS)
        except ServiceUnavailableError:
            if attempt + 1 == ATTEMPTS and event["step"] != "confirm":
                raise
        else:
            return
    _until_done(saga.handler, event)


def _until_done(handler: object, event: StepEvent) -> None:
    while True:
        try:
            handler(event, CONTEXT)  # type: ignore[operator]
        except ServiceUnavailableError:
            continue
        return
