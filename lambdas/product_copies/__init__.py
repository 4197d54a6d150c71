"""A service's own copy of what it must know of each SKU, so that it never asks the catalog."""
