"""Authorizations as the simulator shows and stores them."""

from __future__ import annotations

import os
from typing import TypedDict, cast

from contracts.payment_simulator import AuthorizationDocument
from payment_simulator.authorization import PENDING, Authorization, GivenBack
from store.operations import Item

STATE = "STATE"


class RefundRecord(TypedDict):
    """A refund within its authorization's item."""

    reference: str
    amount: int


class AuthorizationRecord(TypedDict):
    """An authorization's item."""

    pk: str
    sk: str
    reference: str
    currency: str
    amount: int
    status: str
    decline_code: str | None
    refunds: list[RefundRecord]
    deliveries: int
    version: int
    created_at: str


def key(authorization_id: str) -> str:
    """Give the partition key of an authorization."""
    return f"AUTHORIZATION#{authorization_id}"


def record(authorization: Authorization) -> AuthorizationRecord:
    """Give an authorization as an item."""
    return {
        "pk": key(authorization.id),
        "sk": STATE,
        "reference": authorization.reference,
        "currency": authorization.currency,
        "amount": authorization.amount,
        "status": authorization.status,
        "decline_code": authorization.decline_code,
        "refunds": [{"reference": refund.reference, "amount": refund.amount} for refund in authorization.refunds],
        "deliveries": authorization.deliveries,
        "version": authorization.sequence,
        "created_at": authorization.created_at,
    }


def authorization_of(item: Item) -> Authorization:
    """Give the authorization that an item holds."""
    stored = cast(AuthorizationRecord, item)
    return Authorization(
        id=stored["pk"].partition("#")[2],
        reference=stored["reference"],
        currency=stored["currency"],
        amount=stored["amount"],
        status=stored["status"],
        decline_code=stored["decline_code"],
        refunds=tuple(GivenBack(reference=made["reference"], amount=made["amount"]) for made in stored["refunds"]),
        deliveries=stored["deliveries"],
        sequence=stored["version"],
        created_at=stored["created_at"],
    )


def document(authorization: Authorization) -> AuthorizationDocument:
    """Give an authorization as merchants see it."""
    currency = authorization.currency
    challenge = f"{os.environ['PUBLIC_URL']}/v1/payment-simulator/challenges/{authorization.id}"
    return AuthorizationDocument.model_validate(
        {
            "id": authorization.id,
            "reference": authorization.reference,
            "status": authorization.status,
            "amount": {"currency": currency, "amount": authorization.amount},
            "refunds": [
                {"reference": refund.reference, "amount": {"currency": currency, "amount": refund.amount}}
                for refund in authorization.refunds
            ],
            "decline_code": authorization.decline_code,
            "challenge_url": challenge if authorization.status == PENDING else None,
            "sequence": authorization.sequence,
            "created_at": authorization.created_at,
        }
    )
