"""Where a service's code runs."""
