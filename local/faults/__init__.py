"""Faults on demand: what happens to functions on AWS now and then happens here when it is asked for.

A fault is asked for over HTTP (`POST /_storefront/faults`), strikes the function that it names as often as it says, and
is gone. Handlers know nothing of it. `docs/faults.md` says how to use it and what the storefront promises meanwhile.
"""
