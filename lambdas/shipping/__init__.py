"""Shipping: what it costs and how long it takes, what of an order has been shipped, and where parcels are."""
