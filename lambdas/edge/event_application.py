"""One function's events, from an SQS queue behind EventBridge rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from aws_lambda_powertools import Logger

from contracts.envelope import DomainEvent, UnreadableEventError, read_event
from contracts.model import Contract
from edge.correlation import keys_of
from edge.queue_batch import BatchResponse, QueueBatch, QueueRecord, failed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

EventT = TypeVar("EventT", bound=DomainEvent[Contract])
Taken: TypeAlias = Mapping[str, object] | None
"""What the line that logs a taken event says of it, if anything."""


class EventApplication:
    """The handler of a function that consumes events.

    Each record fails or succeeds by itself: what raises comes again, and after the queue's last delivery lies among its
    dead letters. Whoever takes an event must bear it twice, late, and before an earlier one.

        handler = EventApplication()

        @handler.on(ProductPublished)
        def take(event: ProductPublished) -> Taken: ...
    """

    def __init__(self) -> None:
        self.logger = Logger()
        self._takers: dict[type[DomainEvent[Contract]], Callable[[DomainEvent[Contract]], Taken]] = {}

    def on(self, contract: type[EventT]) -> Callable[[Callable[[EventT], Taken]], Callable[[EventT], Taken]]:
        """Let a function take the events of a contract."""

        def register(take: Callable[[EventT], Taken]) -> Callable[[EventT], Taken]:
            self._takers[contract] = take  # type: ignore[assignment]  # it is called with events of this contract only
            return take

        return register

    def __call__(self, event: QueueBatch, context: LambdaContext) -> BatchResponse:
        """Take a batch; give back which messages shall come again."""
        request_id = context.aws_request_id
        return failed(record["messageId"] for record in event["Records"] if not self._took(record, request_id))

    def _took(self, record: QueueRecord, request_id: str) -> bool:
        try:
            event = read_event(record["body"], expected=tuple(self._takers))
        except UnreadableEventError:
            # Trying again cannot help; after its last try the queue keeps it among the dead letters.
            self.logger.exception("unreadable event", message_id=record["messageId"], request_id=request_id)
            return False
        with self.logger.append_context_keys(**keys_of(event.metadata), request_id=request_id):
            try:
                taken = self._takers[type(event)](event)
            except Exception:
                self.logger.exception(
                    "event not taken, it comes again", message_id=record["messageId"], detail_type=event.detail_type
                )
                return False
            self.logger.info("event taken", extra={"detail_type": event.detail_type, **(taken or {})})
        return True
