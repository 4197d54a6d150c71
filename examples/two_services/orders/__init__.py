"""Orders: taken once, and told to whoever listens."""
