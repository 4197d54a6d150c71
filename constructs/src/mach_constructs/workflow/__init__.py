"""State machines of a service: sagas whose steps are undone when a later one fails, and others."""
