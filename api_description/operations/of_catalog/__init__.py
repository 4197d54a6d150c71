"""Parts of the catalog's operations, which are too many for one file."""
