"""Prices: what a SKU costs."""
