"""What services answer, taken into the table."""

from __future__ import annotations

from contracts.personal_data import ErasureAnswer, PersonalDataPage
from customers.data_request_repository import DataRequestRepository
from customers.export_pages import ExportPages
from store.table import Table


class UnknownRequestError(Exception):
    """There is no such request, or it does not wait for that service."""


class ReceivedAnswers:
    """Takes what one service answers, whether it comes by a call or from this service itself.

    Args:
        table: the service's.
        service: who answers.
    """

    def __init__(self, table: Table, service: str) -> None:
        self._table = table
        self._service = service

    def provide(self, request_id: str, number: int, page: PersonalDataPage, *, correlation_id: str) -> None:  # noqa: ARG002
        """Take a page of what the service has; with the last one it has answered.

        Raises:
            UnknownRequestError: nobody waits for it.
        """
        repository = DataRequestRepository(self._table)
        export = repository.find("EXPORT", request_id)
        if export is None or self._service not in export.services:
            raise UnknownRequestError(request_id)
        ExportPages(self._table, request_id).keep(self._service, number, page, requested_at=export.requested_at)
        if page.last:
            repository.answer("EXPORT", request_id, service=self._service, said=number)

    def erased(self, request_id: str, answer: ErasureAnswer, *, correlation_id: str) -> None:  # noqa: ARG002
        """Take that the service has forgotten all but what the answer says.

        Raises:
            UnknownRequestError: nobody waits for it.
        """
        said = [kept.model_dump(mode="json") for kept in answer.kept]
        if not DataRequestRepository(self._table).answer("ERASURE", request_id, service=self._service, said=said):
            raise UnknownRequestError(request_id)
