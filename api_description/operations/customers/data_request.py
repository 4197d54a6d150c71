"""What exports and erasures share: every service with personal data answers both."""

from __future__ import annotations

from pydantic import AwareDatetime

from api_description.operation import Parameter
from api_description.problem_kinds import not_found
from contracts.model import Contract, Identifier
from contracts.personal_data import Kind
from customers.data_request import ServiceState, State


class DataRequest(Contract):
    """A request that every service with personal data answers.

    Attributes:
        id: of the request.
        state: how far it is.
        requested_at: when it was made.
        due_at: when all must have answered.
        services: how far each is.
    """

    id: Identifier
    state: State
    requested_at: AwareDatetime
    due_at: AwareDatetime
    services: dict[str, ServiceState]


SERVICE = Parameter("service", Kind, "Who answers.", example="orders")
REQUESTED: dict[str, object] = {
    "state": "processing",
    "requested_at": "2026-11-23T16:05:12Z",
    "due_at": "2026-11-24T16:05:12Z",
    "services": {"customers": "answered", "orders": "waiting"},
}
NOT_WAITED_FOR = not_found("there is no such request that waits for 'orders'")
