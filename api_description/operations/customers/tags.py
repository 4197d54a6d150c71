"""Under what the operations of customers are listed."""

from __future__ import annotations

from api_description.operation import Tag

CUSTOMERS = Tag("Customers", "What people say of themselves: profile, addresses, what they agree to.")
PERSONAL_DATA = Tag("Personal data", "Taking all that is kept of a person, and having it forgotten.")
