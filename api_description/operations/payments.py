"""The operations of payments."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import ProblemKind, conflict, not_found
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money
from contracts.payment import Payment, PaymentRequest, Refund, RefundRequest
from contracts.payment_simulator import WebhookMessage
from payments.api import MAXIMUM_BODY_BYTES, MAXIMUM_WEBHOOK_BYTES

PAYMENTS = Tag("Payments", "Amounts that are held, taken and given back, and the ledger of all of them.")

Account = Literal["authorized_receivable", "authorized_sales", "cash_at_provider", "sales", "refunds"]


class PaymentPage(Page[Payment]):
    """Payments of an order."""


class LedgerEntry(Contract):
    """An amount that moved from one account to another.

    Attributes:
        id: of the entry.
        kind: what happened.
        posted_at: when.
        payment_id: the payment it happened to.
        order_id: the order that it is for.
        debit: the account that has more.
        credit: the account that has less.
        amount: how much.
    """

    id: str
    kind: Literal["authorized", "released", "captured", "refunded"]
    posted_at: AwareDatetime
    payment_id: Identifier
    order_id: Identifier
    debit: Account
    credit: Account
    amount: Money


class LedgerEntryPage(Page[LedgerEntry]):
    """Entries, in the order in which they were posted."""


class LedgerBalance(Contract):
    """What an account holds in one currency, in minor units.

    Attributes:
        currency: of the numbers.
        account: which.
        debits: all that came in.
        credits: all that went out.
        balance: ``debits`` less ``credits``.
    """

    currency: Currency
    account: Account
    debits: Annotated[int, Field(ge=0)]
    credits: Annotated[int, Field(ge=0)]
    balance: int


class LedgerBalancePage(Contract):
    """Every account of every currency.

    Attributes:
        items: by currency and account.
        next: always null: there is one page.
    """

    items: list[LedgerBalance]
    next: None


def usd(amount: int) -> dict[str, object]:
    """Give an amount of an example."""
    return {"currency": "USD", "amount": amount}


ID = (
    Parameter(
        "id", Identifier, "The payment, by an id that the caller chose.", example="0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55"
    ),
)
ORDER = Parameter("order_id", Identifier, "Of which order.", example="9c3e1d5a7b2f4e609c3e1d5a7b2f4e60", required=True)
PROVIDER = (Parameter("provider", Identifier, "Who tells of a payment.", example="payment_simulator"),)

ASKED: dict[str, object] = {
    "checkout_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "order_id": "9c3e1d5a7b2f4e609c3e1d5a7b2f4e60",
    "amount": usd(3578),
    "method": {"token": "card_ok"},
    "email": "ada@example.com",
}
HELD: dict[str, object] = {
    "id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "checkout_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "order_id": "9c3e1d5a7b2f4e609c3e1d5a7b2f4e60",
    "status": "authorized",
    "amount": usd(3578),
    "captured": usd(0),
    "refunded": usd(0),
    "refunds": [],
    "decline_code": None,
    "challenge_url": None,
    "provider": "payment_simulator",
    "provider_reference": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e",
    "created_at": "2026-11-23T16:05:13.104512+00:00",
    "updated_at": "2026-11-23T16:05:13.310877+00:00",
}
GIVEN_BACK: dict[str, object] = {
    "id": "5d0c1e3a7b2f4e609c3e1d5a7b2f4e60",
    "amount": usd(1539),
    "status": "succeeded",
}
ENTRY: dict[str, object] = {
    "id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55.captured",
    "kind": "captured",
    "posted_at": "2026-11-23T16:05:13.904512+00:00",
    "payment_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "order_id": "9c3e1d5a7b2f4e609c3e1d5a7b2f4e60",
    "debit": "cash_at_provider",
    "credit": "sales",
    "amount": usd(3578),
}
BALANCE: dict[str, object] = {
    "currency": "USD",
    "account": "sales",
    "debits": 0,
    "credits": 3578,
    "balance": -3578,
}
MESSAGE: dict[str, object] = {
    "id": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e-2",
    "type": "authorization.updated",
    "data": {
        "id": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e",
        "reference": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
        "status": "captured",
        "amount": usd(3578),
        "refunds": [],
        "sequence": 2,
        "created_at": "2026-11-23T16:05:13.104512+00:00",
    },
}
NO_PAYMENT = not_found("there is no payment '0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55'")
STATE = conflict("payment-state", "the payment is declined, and cannot be captured")

OPERATIONS = [
    Operation(
        "PUT /v1/payments/{id}",
        id="authorizePayment",
        tag=PAYMENTS,
        summary="Authorize a payment",
        description="A payment that is `pending` is followed by an event.",
        path=ID,
        body=Body(PaymentRequest, example=ASKED, maximum_bytes=MAXIMUM_BODY_BYTES),
        answers=[
            Answer(HTTPStatus.OK, "It was asked for before.", Payment, example=HELD),
            Answer(HTTPStatus.CREATED, "It is new.", Payment, example=HELD),
        ],
        problems=[
            conflict("payment-exists", "the payment was asked for with something else"),
            conflict("payment-voided", "the payment was voided before it came"),
            STATE,
        ],
    ),
    Operation(
        "POST /v1/payments/{id}/capture",
        id="capturePayment",
        tag=PAYMENTS,
        summary="Take what is held",
        description="Repeated, it is the same.",
        path=ID,
        answers=[
            Answer(
                HTTPStatus.OK,
                "It was taken.",
                Payment,
                example=HELD | {"status": "captured", "captured": usd(3578)},
            )
        ],
        problems=[NO_PAYMENT, STATE],
    ),
    Operation(
        "POST /v1/payments/{id}/void",
        id="voidPayment",
        tag=PAYMENTS,
        summary="Let nothing be held, now or later",
        description="Repeated, it is the same. What is captured at the same moment is given back.",
        path=ID,
        answers=[
            Answer(
                HTTPStatus.OK, "Nothing is held, or all was given back.", Payment, example=HELD | {"status": "voided"}
            ),
            Answer(HTTPStatus.NO_CONTENT, "It was never asked for, and is refused if it comes."),
        ],
        problems=[conflict("payment-state", "the payment is captured; refund what was captured")],
    ),
    Operation(
        "POST /v1/payments/{id}/refunds",
        id="refundPayment",
        tag=PAYMENTS,
        summary="Give some of what was taken back",
        description="While the provider has not said what became of it, the answer is 503: ask again.",
        path=ID,
        body=Body(RefundRequest, example={"amount": usd(1539)}, maximum_bytes=MAXIMUM_BODY_BYTES),
        idempotency_key="required",
        answers=[
            Answer(HTTPStatus.CREATED, "It was given back.", Refund, example=GIVEN_BACK),
        ],
        problems=[
            NO_PAYMENT,
            STATE,
            conflict("refund-exceeds-capture", "the refund is more than what is left of the captured amount"),
            conflict("refund-refused", "the provider refused refund 5d0c1e3a7b2f4e609c3e1d5a7b2f4e60"),
        ],
    ),
    Operation(
        "GET /v1/payments",
        id="listPaymentsOfOrder",
        tag=PAYMENTS,
        summary="List the payments of an order",
        query=(ORDER, *PAGE),
        answers=[Answer(HTTPStatus.OK, "A page.", PaymentPage, example={"items": [HELD], "next": None})],
    ),
    Operation(
        "GET /v1/payments/{id}",
        id="getPayment",
        tag=PAYMENTS,
        summary="Read a payment as it is known here",
        path=ID,
        answers=[Answer(HTTPStatus.OK, "The payment.", Payment, example=HELD)],
        problems=[NO_PAYMENT],
    ),
    Operation(
        "POST /v1/payments/webhooks/{provider}",
        id="receivePaymentWebhook",
        tag=PAYMENTS,
        summary="Tell what became of a payment",
        description="However often and in whatever order.",
        path=PROVIDER,
        signed_by="payment-simulator-signature",
        body=Body(WebhookMessage, example=MESSAGE, maximum_bytes=MAXIMUM_WEBHOOK_BYTES),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is known.")],
        problems=[
            not_found("there is no payment provider 'another'"),
            ProblemKind(HTTPStatus.FORBIDDEN, "forbidden", "the signature is not that of the body"),
            STATE,
        ],
    ),
    Operation(
        "GET /v1/ledger/entries",
        id="listLedgerEntries",
        tag=PAYMENTS,
        summary="List the ledger's entries",
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", LedgerEntryPage, example={"items": [ENTRY], "next": None})],
    ),
    Operation(
        "GET /v1/ledger/balances",
        id="listLedgerBalances",
        tag=PAYMENTS,
        summary="Read the balance of every account",
        answers=[Answer(HTTPStatus.OK, "All.", LedgerBalancePage, example={"items": [BALANCE], "next": None})],
    ),
]
