"""An order in paths, and what is answered when it is not there or stands otherwise."""

from __future__ import annotations

from api_description.operation import Parameter, Tag
from api_description.problem_kinds import conflict, not_found
from contracts.model import Identifier

ORDERS = Tag("Orders", "What was bought, what became of it, and what comes back.")
ID = (Parameter("id", Identifier, "The order.", example="9c3e1d5a7b2f4e609c3e1d5a7b2f4e60"),)
NO_ORDER = not_found("there is no order '9c3e1d5a7b2f4e609c3e1d5a7b2f4e60'")
STATE = conflict("order-state", "the order is shipped, and cannot be cancelled")
