"""Where other services answer."""

from __future__ import annotations

import re

from aws_lambda_powertools.event_handler import Response

from contracts.personal_data import MAXIMUM_PAGE_BYTES, MAXIMUM_PAGES, ErasureAnswer, PersonalDataPage
from customers.application import application, customers_table
from customers.received_answers import ReceivedAnswers, UnknownRequestError
from edge import problem
from edge.request import Request
from edge.response import no_content
from edge.validation import validate


@application.put("/v1/personal-data/exports/<export_id>/services/<service>/pages/<page>")
def put_page(request: Request, export_id: str, service: str, page: str) -> Response[str]:
    """Take a page of what a service has. The same page again replaces the one before."""
    number = _number(page)
    sent = validate(PersonalDataPage, request.json(maximum_bytes=MAXIMUM_PAGE_BYTES))
    try:
        answers = ReceivedAnswers(customers_table(), service)
        answers.provide(export_id, number, sent, correlation_id=request.correlation_id)
    except UnknownRequestError as error:
        raise _not_waited_for(service) from error
    return no_content()


@application.put("/v1/personal-data/erasures/<erasure_id>/services/<service>")
def put_erasure(request: Request, erasure_id: str, service: str) -> Response[str]:
    """Take that a service has forgotten a person, and what it kept."""
    sent = validate(ErasureAnswer, request.json())
    try:
        answers = ReceivedAnswers(customers_table(), service)
        answers.erased(erasure_id, sent, correlation_id=request.correlation_id)
    except UnknownRequestError as error:
        raise _not_waited_for(service) from error
    return no_content()


def _number(page: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,3}", page, re.ASCII) and int(page) <= MAXIMUM_PAGES:
        return int(page)
    detail = f"must be an integer from 1 to {MAXIMUM_PAGES}"
    raise problem.invalid(problem.InputError(parameter="page", detail=detail, code="integer_out_of_range"))


def _not_waited_for(service: str) -> problem.Problem:
    return problem.not_found(f"there is no such request that waits for {service[:64]!r}")
