"""A batch of queue messages is as large as its mapping says, instead of ten at most.

Ten is what one ReceiveMessage gives; Lambda gathers up to 10,000 of a standard queue. A consumer of large batches,
such as an indexer that publishes once a batch, does ten times the work without this.
"""

from ministack.services import sqs

LARGEST_BATCH = 10_000


def install() -> None:
    """Replaces how an event source mapping takes messages from its queue."""
    for name in (
        "_receive_messages_for_esm",
        "_queues_lock",
        "_get_q",
        "_expire_retained",
        "_dlq_sweep",
        "_collect_msgs",
    ):
        getattr(sqs, name)
    sqs._receive_messages_for_esm = receive_whole_batch


def receive_whole_batch(queue_url: str, batch_size: int) -> list[dict[str, object]]:
    """Takes the place of the emulator's own; the same but for the limit."""
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        hidden_seconds = int(queue["attributes"].get("VisibilityTimeout", "30"))
        taken: list[dict[str, object]] = sqs._collect_msgs(queue, min(int(batch_size), LARGEST_BATCH), hidden_seconds)
        return taken
