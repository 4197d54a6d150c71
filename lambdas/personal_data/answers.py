"""Where a service's answers go."""

from __future__ import annotations

from typing import Protocol

from contracts.personal_data import ErasureAnswer, PersonalDataPage


class Answers(Protocol):
    """Takes what one service answers. Given again, an answer replaces the one before."""

    def provide(self, request_id: str, number: int, page: PersonalDataPage, *, correlation_id: str) -> None:
        """Take a page of what the service has, numbers from 1."""

    def erased(self, request_id: str, answer: ErasureAnswer, *, correlation_id: str) -> None:
        """Take that the service has forgotten all but what the answer says."""
