"""Where a service's answers go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Protocol

from contracts.personal_data import ErasureAnswer, PersonalDataPage
from service_client.client import ServiceClient
from service_client.errors import CallRefusedError

PUT_PAGE = "PUT /v1/personal-data/exports/{id}/services/{service}/pages/{page}"
PUT_ERASURE = "PUT /v1/personal-data/erasures/{id}/services/{service}"
CALLS = (PUT_PAGE, PUT_ERASURE)
"""What a service that keeps personal data calls: name them in its stack's ``calls``."""


class Answers(Protocol):
    """Takes what one service answers. Given again, an answer replaces the one before."""

    def provide(self, request_id: str, number: int, page: PersonalDataPage, *, correlation_id: str) -> None:
        """Take a page of what the service has, numbers from 1."""

    def erased(self, request_id: str, answer: ErasureAnswer, *, correlation_id: str) -> None:
        """Take that the service has forgotten all but what the answer says."""


class CalledAnswers:
    """Answers that go to the customers service by signed calls.

    One that nobody waits for any more, such as of an export whose person was erased meanwhile, is dropped.

    Args:
        service: the name of the service that answers: its folder's.
        client: makes the calls.
    """

    def __init__(self, service: str, *, client: ServiceClient | None = None) -> None:
        self._service = service
        self._client = client or ServiceClient()

    def provide(self, request_id: str, number: int, page: PersonalDataPage, *, correlation_id: str) -> None:
        """Send a page.

        Raises:
            CallRefusedError: the customers service does not take it.
            ServiceUnavailableError: it does not answer.
        """
        body = page.model_dump(mode="json")
        with _nobody_waiting():
            self._client.call(
                PUT_PAGE,
                id=request_id,
                service=self._service,
                page=str(number),
                body=body,
                correlation_id=correlation_id,
            )

    def erased(self, request_id: str, answer: ErasureAnswer, *, correlation_id: str) -> None:
        """Send what was kept.

        Raises:
            CallRefusedError: the customers service does not take it.
            ServiceUnavailableError: it does not answer.
        """
        body = answer.model_dump(mode="json")
        with _nobody_waiting():
            self._client.call(
                PUT_ERASURE, id=request_id, service=self._service, body=body, correlation_id=correlation_id
            )


@contextmanager
def _nobody_waiting() -> Iterator[None]:
    try:
        yield
    except CallRefusedError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
