"""A customer's addresses, over HTTP."""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from customers.address_book import MAXIMUM_ADDRESSES, AddressBookFullError, SavedAddress, UnknownAddressError
from customers.address_documents import book_of, content_of, shown
from customers.address_input import AddressInput
from customers.application import application, customer_of, customers_table
from customers.documents import Change, CustomerDocuments, Document
from edge import problem
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import require_preconditions, strong_tag
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.request import Request
from edge.response import json_response, no_content
from edge.validation import validate

_QUERY = "addresses"


@application.get("/v1/customers/me/addresses")
def list_addresses(request: Request) -> Response[str]:
    """Answer with a page of the customer's addresses, oldest first."""
    limit = request.limit()
    position = requested_position(request, query=_QUERY, kinds=[str])
    after = str(position[0]) if position is not None else None
    addresses = book_of(_documents().read(customer_of(request), "ADDRESSES").content).addresses
    # What was deleted meanwhile cannot be found again: the list begins anew rather than skip anything.
    start = next((place + 1 for place, known in enumerate(addresses) if known.id == after), 0)
    page, rest = addresses[start : start + limit], addresses[start + limit :]
    following = encode_cursor([page[-1].id], query=_QUERY) if rest else None
    return json_response({"items": [shown(address) for address in page], "next": following})


@application.post("/v1/customers/me/addresses")
def add_address(request: Request) -> Response[str]:
    """Add an address: 201 with its Location; with an Idempotency-Key once, however often it is sent."""
    wanted = validate(AddressInput, request.json())
    customer = customer_of(request)
    key = idempotency_key(request, owner=customer)
    table = customers_table()
    answer: Response[str] | None = None

    def change(current: Document) -> Change:
        nonlocal answer
        if (answer := earlier_answer(table, key)) is not None:
            return Change(content=current.content)
        new = wanted.saved(str(uuid4()))
        try:
            book = book_of(current.content).with_added(new)
        except AddressBookFullError as error:
            detail = f"you have {MAXIMUM_ADDRESSES} addresses, and no more can be kept"
            raise problem.conflict(detail, kind="too-many-addresses") from error
        answer = _answer(book.find(new.id), status=HTTPStatus.CREATED)
        return Change(content=content_of(book), also=kept_answer(key, answer))

    _documents().change(customer, "ADDRESSES", change)
    assert answer is not None  # noqa: S101  # change has been called
    return answer


@application.put("/v1/customers/me/addresses/<address_id>")
def put_address(request: Request, address_id: str) -> Response[str]:
    """Replace an address. The same content again changes nothing."""
    wanted = validate(AddressInput, request.json()).saved(address_id)

    def change(current: Document) -> Change:
        book = book_of(current.content)
        require_preconditions(request.headers, current=strong_tag(_require(current, address_id).version))
        return Change(content=content_of(book.with_replaced(wanted)))

    changed = _documents().change(customer_of(request), "ADDRESSES", change)
    return _answer(_require(changed, address_id), status=HTTPStatus.OK)


@application.delete("/v1/customers/me/addresses/<address_id>")
def delete_address(request: Request, address_id: str) -> Response[str]:
    """Delete an address."""

    def change(current: Document) -> Change:
        require_preconditions(request.headers, current=strong_tag(_require(current, address_id).version))
        return Change(content=content_of(book_of(current.content).without(address_id)))

    _documents().change(customer_of(request), "ADDRESSES", change)
    return no_content()


def _require(document: Document, id: str) -> SavedAddress:
    try:
        return book_of(document.content).find(id)
    except UnknownAddressError as error:
        raise problem.not_found(f"you have no address {id[:64]!r}") from error


def _answer(address: SavedAddress, *, status: HTTPStatus) -> Response[str]:
    headers = {"ETag": strong_tag(address.version)}
    if status is HTTPStatus.CREATED:
        headers["Location"] = f"/v1/customers/me/addresses/{address.id}"
    return json_response(shown(address), status=status, headers=headers)


def _documents() -> CustomerDocuments:
    return CustomerDocuments(customers_table())
