"""The operations of customers."""

from __future__ import annotations

from api_description.operations.customers import addresses, consents, erasures, exports, profile

OPERATIONS = [
    *profile.OPERATIONS,
    *addresses.OPERATIONS,
    *consents.OPERATIONS,
    *exports.OPERATIONS,
    *erasures.OPERATIONS,
]
