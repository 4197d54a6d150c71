"""What starts a workflow: for an event of a queue, or for a request."""
