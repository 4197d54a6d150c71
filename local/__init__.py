"""The local AWS: an embedded emulator with what it lacks put right, and the commands that run the storefront on it."""
