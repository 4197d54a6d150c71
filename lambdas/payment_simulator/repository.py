"""The authorizations in the table: each change is one transaction with its webhook and the answer to its request."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from contracts.payment_simulator_events import AuthorizationUpdate, AuthorizationUpdated
from edge.idempotency import IdempotencyKey, earlier_answer, kept_answer
from edge.response import json_response
from outbox.record import current_trace_header, outbox_record
from payment_simulator.authorization import Authorization
from payment_simulator.documents import STATE, authorization_of, document, key, record
from store.contention import until_written
from store.operations import ABSENT, Operation, Put, version_is
from store.table import Table

OWNER = "OWNER"


class ReferenceUsedError(Exception):
    """The merchant has authorized a payment under this reference before."""


class UnknownAuthorizationError(Exception):
    """There is no such authorization."""


class AuthorizationRepository:
    """Reads and writes authorizations.

    Args:
        table: the simulator's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, authorization_id: str) -> Authorization:
        """Give an authorization as it is after every write so far.

        Raises:
            UnknownAuthorizationError: when there is none.
        """
        found = self._table.get(key(authorization_id), STATE, consistent=True)
        if found is None:
            raise UnknownAuthorizationError(f"there is no authorization {authorization_id[:64]!r}")
        return authorization_of(found)

    def of_reference(self, reference: str) -> Authorization | None:
        """Give the authorization that a merchant made under a reference, or None."""
        found = self._table.get(_reference_key(reference), OWNER, consistent=True)
        return None if found is None else self.find(str(found["authorization_id"]))

    def earlier_answer(self, request: IdempotencyKey) -> Response[str] | None:
        """Give the answer to a request that was answered before, or None.

        Raises:
            Problem: 422 when its key came with another body.
        """
        return earlier_answer(self._table, request)

    def add(self, authorization: Authorization, *, request: IdempotencyKey, correlation_id: str) -> Response[str]:
        """Store a new authorization; give the answer to the request, or the one it had before.

        Raises:
            ReferenceUsedError: when its reference is another authorization's.
            ThrottledError: when too many requests want the same.
        """

        def write(_attempt: int) -> Response[str]:
            if (earlier := self.earlier_answer(request)) is not None:
                return earlier
            if self._table.get(_reference_key(authorization.reference), OWNER, consistent=True):
                raise ReferenceUsedError(f"{authorization.reference} is the reference of another authorization")
            owner = {
                "pk": _reference_key(authorization.reference),
                "sk": OWNER,
                "authorization_id": authorization.id,
            }
            return self._commit(
                authorization,
                [Put(item=record(authorization), condition=ABSENT), Put(item=owner, condition=ABSENT)],
                request=request,
                status=HTTPStatus.CREATED,
                correlation_id=correlation_id,
            )

        return until_written(write, what=authorization.reference)

    def change(
        self,
        authorization_id: str,
        change: Callable[[Authorization], Authorization],
        *,
        request: IdempotencyKey | None,
        status: HTTPStatus = HTTPStatus.OK,
        correlation_id: str,
    ) -> Response[str]:
        """Change an authorization; give the answer to the request, or the one it had before.

        Args:
            authorization_id: which.
            change: gives the new state for the present one, the same object to leave it; may raise to refuse.
            request: whose effect it is; None when it may be repeated without a key.
            status: of the answer.
            correlation_id: of the request.

        Raises:
            UnknownAuthorizationError: when there is none.
            ThrottledError: when too many writers want the same.
        """

        def write(_attempt: int) -> Response[str]:
            if request is not None and (earlier := self.earlier_answer(request)) is not None:
                return earlier
            before = self.find(authorization_id)
            after = change(before)
            if after is before:
                return _answer(after, status)
            put = Put(item=record(after), condition=version_is(before.sequence))
            return self._commit(after, [put], request=request, status=status, correlation_id=correlation_id)

        return until_written(write, what=authorization_id)

    def _commit(
        self,
        authorization: Authorization,
        writes: list[Operation],
        *,
        request: IdempotencyKey | None,
        status: HTTPStatus,
        correlation_id: str,
    ) -> Response[str]:
        answer = _answer(authorization, status)
        update = AuthorizationUpdate(authorization=document(authorization), deliveries=authorization.deliveries)
        event = AuthorizationUpdated.of(update, correlation_id=correlation_id, trace_header=current_trace_header())
        self._table.transact([*writes, outbox_record(event), *kept_answer(request, answer)])
        return answer


def _answer(authorization: Authorization, status: HTTPStatus) -> Response[str]:
    return json_response(document(authorization).model_dump_json(), status=status)


def _reference_key(reference: str) -> str:
    return f"REFERENCE#{reference}"
