"""The storefront's stacks: the platform that services share, and one stack a service."""
