"""What checkout keeps of a person, for the month that a checkout is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from checkout.checkout import RETENTION, Checkout, email_key
from checkout.repository import CHECKOUT, CheckoutRepository
from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from store.operations import Condition, Update
from store.table import Table

CUSTOMERS_INDEX, EMAILS_INDEX = "customers", "emails"
_PAGE = 100
_ENDED = Condition(
    expression="#status <> :processing", names={"#status": "status"}, values={":processing": "processing"}
)


class CheckingOutPerson:
    """Gives and forgets it.

    Args:
        table: the checkout's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._checkouts = CheckoutRepository(table)

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give every checkout that the customer began, or somebody with the address."""
        for checkout in self._checkouts_of(person):
            known = {**checkout.document(), "request": json.loads(checkout.request)}
            # Only the payment's provider knows what it stands for.
            known["request"].pop("payment_method", None)
            yield PersonalRecord.model_validate({"kind": "checkout", "data": known})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Make ended checkouts nobody's; one that is under way is needed to become an order or nothing."""
        under_way = False
        for checkout in self._checkouts_of(person):
            if checkout.status == "processing":
                under_way = True
                continue
            nobodys = json.dumps({"cart_id": json.loads(checkout.request)["cart_id"]})
            self._table.write(
                Update(
                    pk=f"CHECKOUT#{checkout.id}",
                    sk=CHECKOUT,
                    expression="SET #request = :request REMOVE customer_id, email_key, quote, shipping, cart",
                    names={"#request": "request"},
                    values={":request": nobodys},
                    condition=_ENDED,
                )
            )
        if not under_way:
            return []
        until = (datetime.now(UTC) + RETENTION + timedelta(days=1)).date()
        reason = "A checkout that is under way becomes an order or nothing within a day, and is deleted after 30 days."
        return [KeptData(what="checkouts that are under way", ground="contract", reason=reason, until=until)]

    def _checkouts_of(self, person: PersonalDataRequest) -> Iterator[Checkout]:
        seen: set[str] = set()
        ways = [(CUSTOMERS_INDEX, "customer_id", person.customer_id)]
        if person.email is not None:
            ways.append((EMAILS_INDEX, "email_key", email_key(person.email)))
        for index, attribute, value in ways:
            for checkout_id in self._ids(index, attribute, value):
                checkout = None if checkout_id in seen else self._checkouts.find(checkout_id)
                seen.add(checkout_id)
                # A guest's checkout is the address's; a customer's is that customer's alone.
                if checkout is not None and checkout.customer_id in (None, person.customer_id):
                    yield checkout

    def _ids(self, index: str, attribute: str, value: str) -> Iterator[str]:
        start: dict[str, object] | None = None
        while found := self._table.query(
            "#attribute = :value",
            names={"#attribute": attribute},
            values={":value": value},
            index=index,
            limit=_PAGE,
            start_after=start,
        ):
            yield from (str(item["pk"]).partition("#")[2] for item in found)
            if len(found) < _PAGE:
                return
            last = found[-1]
            start = {name: last[name] for name in ("pk", "sk", attribute, "created_at")}
