"""The payment simulator: a payment provider for shops that have none yet, and for tests."""
