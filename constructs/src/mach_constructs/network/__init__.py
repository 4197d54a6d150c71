"""Networks that services run in."""
