"""A customer's request about their data, which every service with personal data answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

ANSWERED_WITHIN = timedelta(hours=24)
"""How long services have. Far less than the month that the law gives (GDPR, article 12 (3)): people need the rest."""

EXPORT_KEPT = timedelta(days=7)
"""How long an export can be fetched."""

ServiceState = Literal["waiting", "late", "answered"]
State = Literal["processing", "late", "complete"]


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """An export or an erasure.

    Attributes:
        id: unique, and not to be guessed.
        requested_at: when it was asked for.
        services: who must answer, as it was then.
        answered: those who have, by name; what they said is kind by kind different.
    """

    id: str
    requested_at: datetime
    services: Sequence[str]
    answered: Mapping[str, object]

    @property
    def due_at(self) -> datetime:
        """When all must have answered."""
        return self.requested_at + ANSWERED_WITHIN

    @property
    def is_complete(self) -> bool:
        """Whether all have answered."""
        return set(self.services) <= self.answered.keys()

    def late_services(self, *, now: datetime) -> list[str]:
        """Give who should have answered by now."""
        return [service for service in self.services if self._state_of(service, now) == "late"]

    def state(self, *, now: datetime) -> State:
        """Give how far it is."""
        if self.is_complete:
            return "complete"
        return "late" if now >= self.due_at else "processing"

    def service_states(self, *, now: datetime) -> dict[str, ServiceState]:
        """Give how far each service is, by name."""
        return {service: self._state_of(service, now) for service in self.services}

    def _state_of(self, service: str, now: datetime) -> ServiceState:
        if service in self.answered:
            return "answered"
        return "late" if now >= self.due_at else "waiting"
