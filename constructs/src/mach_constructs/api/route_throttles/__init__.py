"""The function that sets the limits of single routes."""
