"""The transactional outbox: an event becomes one more item of the transaction that changes the state."""
