"""Wish lists: what a shopper would like to have."""
