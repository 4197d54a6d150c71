"""What examples of several services have in common."""

from __future__ import annotations

POSTAL_ADDRESS: dict[str, object] = {
    "name": "Ada Lovelace",
    "line1": "12 Nicollet Mall",
    "city": "Minneapolis",
    "region": "MN",
    "postal_code": "55401",
    "country": "US",
}
