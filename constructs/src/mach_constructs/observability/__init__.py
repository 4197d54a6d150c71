"""How operators learn that something is wrong."""
