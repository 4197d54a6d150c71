"""What answers a request that no service's route matches."""
