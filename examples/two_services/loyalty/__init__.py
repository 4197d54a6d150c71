"""Loyalty: points for orders."""
