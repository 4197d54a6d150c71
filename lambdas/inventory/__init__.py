"""The inventory: how many of each SKU are on hand."""
