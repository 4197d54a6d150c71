"""The API as a whole, described: OpenAPI of every service's operations, AsyncAPI of every event.

Nothing here runs in a function. The documents are made when the storefront is synthesized: of what services say of
their operations (`operations/`), the routes that stacks declare, and the contracts.
"""
