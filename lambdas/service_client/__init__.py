"""Signed calls to other services of the storefront."""
