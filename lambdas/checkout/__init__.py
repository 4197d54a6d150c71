"""Checkout: a cart becomes an order, or nothing at all."""
