"""How services tell each other what happened."""
