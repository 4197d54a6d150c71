"""The envelope of every event: EventBridge's ``source`` and ``detail-type``, and our metadata beside the data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Generic, Self, TypeVar
from uuid import uuid4

from pydantic import AwareDatetime, Field, ValidationError

from contracts.model import Contract

DataT = TypeVar("DataT", bound=Contract, covariant=True)
EventT = TypeVar("EventT", bound="DomainEvent[Contract]")


class UnreadableEventError(ValueError):
    """A message that none of the expected contracts describes. Trying again cannot help."""


class EventMetadata(Contract):
    """What is known about an event whatever it speaks of.

    Attributes:
        event_id: unique for the fact, the same in every redelivery: the key of idempotent consumers.
        occurred_at: when the fact became true, RFC 3339 in UTC.
        correlation_id: the id of the request that caused it, the thread through all services' logs.
        tenant_id: whose shop it is.
        version: version of the contract, raised only by a change that old readers cannot read.
        trace_header: X-Ray trace header of the request that caused it, when it was traced.
    """

    event_id: Annotated[str, Field(min_length=1, max_length=64)]
    occurred_at: Annotated[AwareDatetime, Field(strict=False)]
    correlation_id: Annotated[str, Field(min_length=1, max_length=128)]
    tenant_id: Annotated[str, Field(min_length=1, max_length=64)] = "default"
    version: Annotated[int, Field(ge=1)]
    trace_header: str | None = None


class DomainEvent(Contract, Generic[DataT]):
    """A fact that one service states and others act on.

    A subclass names its ``source``, ``detail_type`` and ``version``; routing rules are made from just these.
    """

    source: ClassVar[str]
    detail_type: ClassVar[str]
    version: ClassVar[int] = 1

    metadata: EventMetadata
    data: DataT

    @classmethod
    def of(
        cls,
        data: DataT,  # type: ignore[misc]  # a constructor: nothing can be written through it
        *,
        correlation_id: str,
        trace_header: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Self:
        """State a fact that has just become true.

        Args:
            data: what the event speaks of.
            correlation_id: the id of the request that caused it.
            trace_header: X-Ray trace header of that request, when it is traced.
            occurred_at: when it became true, with a time zone; now when left out.
        """
        metadata = EventMetadata(
            event_id=str(uuid4()),
            occurred_at=occurred_at or datetime.now(UTC),
            correlation_id=correlation_id,
            version=cls.version,
            trace_header=trace_header,
        )
        return cls(metadata=metadata, data=data)


class _Message(Contract):
    """What EventBridge puts around a detail."""

    source: str
    detail_type: Annotated[str, Field(alias="detail-type")]
    detail: dict[str, object]


def read_event(message: str | bytes, *, expected: Sequence[type[EventT]]) -> EventT:
    """Read one EventBridge message, e.g. the body of an SQS record behind a rule.

    Args:
        message: the JSON text that EventBridge delivered.
        expected: the contracts that the consumer subscribes to.

    Raises:
        UnreadableEventError: when it is no EventBridge message, none of the expected events, or breaks its contract.
            The text names the fields at fault and never repeats their values.
    """
    try:
        envelope = _Message.model_validate_json(message)
        version = EventMetadata.model_validate(envelope.detail.get("metadata")).version
        for contract in expected:
            if (contract.source, contract.detail_type, contract.version) == (
                envelope.source,
                envelope.detail_type,
                version,
            ):
                return contract.model_validate_json(json.dumps(envelope.detail))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'message'}: {e['type']}" for e in error.errors()[:5])
        raise UnreadableEventError(f"message breaks its contract: {faults}") from error
    raise UnreadableEventError(
        f"unexpected event {envelope.detail_type!r} version {version} from {envelope.source!r}; expected one of "
        + ", ".join(f"{contract.detail_type} version {contract.version}" for contract in expected)
    )
