"""The HTTP edge: what every service's API does the same way, from problem documents to entity tags."""
