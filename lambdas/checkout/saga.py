"""The handlers of the saga: Step Functions says which step, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, TypedDict

from aws_lambda_powertools import Logger

from checkout.refusal import RefusedError, refusal_of
from checkout.repository import CheckoutRepository
from checkout.services import Services
from checkout.step import Result, Situation, Step
from checkout.steps import authorize, capture, confirm, create_order, price, reserve, review, validate
from contracts.checkout_events import AbandonedCheckout, CheckoutFailed
from edge.problem import TYPE_PREFIX
from edge.response import json_text
from outbox.record import current_trace_header, outbox_record
from service_client.client import ServiceClient
from store.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

STEPS: dict[str, Step] = {
    "validate": validate,
    "price": price,
    "reserve": reserve,
    "authorize": authorize,
    "review": review,
    "create_order": create_order,
    "capture": capture,
    "confirm": confirm,
}

logger = Logger()


class Failure(TypedDict):
    """Why an execution fails."""

    Error: str
    Cause: str


class _Input(TypedDict):
    checkout_id: str


class StepEvent(TypedDict, total=False):
    """What Step Functions sends."""

    step: str
    input: _Input
    task_token: str
    failure: Failure


@cache
def checkout_table() -> Table:
    """Give the checkout's table, opened once a process."""
    return Table()


@cache
def service_client() -> ServiceClient:
    """Give the process's client of other services: patient, as nobody waits for a step, and done within its minute."""
    return ServiceClient(read_timeout_seconds=10, patience_seconds=25)


def handler(event: StepEvent, context: LambdaContext) -> Result | None:
    """Take a step.

    Raises:
        RefusedError: it cannot be taken; the steps before it are undone.
    """
    with _situation(event, context) as situation:
        try:
            result = STEPS[event["step"]].do(situation)
        except RefusedError as refusal:
            logger.info("step refused", extra={"kind": refusal.kind, "detail": refusal.detail})
            raise
        logger.info("step taken")
        return result


def undo(event: StepEvent, context: LambdaContext) -> None:
    """Undo a step."""
    with _situation(event, context) as situation:
        STEPS[event["step"]].undo(situation)
        logger.info("step undone")


def fail(event: StepEvent, context: LambdaContext) -> None:
    """End a checkout whose steps were all undone, and tell everybody why."""
    with _situation(event, context) as situation:
        checkout = situation.checkout
        refusal = refusal_of(event["failure"]["Error"], event["failure"]["Cause"], waiting_for=checkout.waiting_for)
        problem = {
            "type": TYPE_PREFIX + refusal.kind,
            "title": refusal.kind.replace("-", " ").capitalize(),
            "status": 409,
            "detail": refusal.detail,
        }
        request = situation.request
        data = AbandonedCheckout(
            checkout_id=checkout.id,
            cart_id=request.cart_id,
            customer_id=checkout.customer_id,
            email=request.email,
            language=request.language,
            kind=refusal.kind,
            detail=refusal.detail[:1000],
        )
        failed = CheckoutFailed.of(data, correlation_id=checkout.correlation_id, trace_header=current_trace_header())
        situation.repository.fail(checkout.id, json_text(problem), outbox_record(failed))
        logger.info("checkout failed", extra={"kind": refusal.kind})


@contextmanager
def _situation(event: StepEvent, context: LambdaContext) -> Iterator[Situation]:
    repository, checkout_id = CheckoutRepository(checkout_table()), event["input"]["checkout_id"]
    checkout = repository.find(checkout_id)
    if checkout is None:
        raise LookupError(f"there is no checkout {checkout_id}")
    about = {"checkout_id": checkout_id, "step": event["step"], "correlation_id": checkout.correlation_id}
    with logger.append_context_keys(**about, request_id=context.aws_request_id):
        yield Situation(
            checkout=checkout,
            repository=repository,
            services=Services(service_client(), checkout_id=checkout_id, correlation_id=checkout.correlation_id),
            task_token=event.get("task_token"),
        )
