"""Where a service keeps its state."""
