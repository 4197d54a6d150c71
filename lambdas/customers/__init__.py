"""The customers service: who they are, where they live, what they agreed to, and their rights to their data."""
