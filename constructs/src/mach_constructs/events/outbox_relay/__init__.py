"""The function that publishes what an outbox holds."""
