from __future__ import annotations

import json

import pytest

from contracts.personal_data import ErasureAnswer, PersonalDataPage, PersonalRecord
from personal_data.answers import CalledAnswers
from service_client.errors import CallRefusedError
from tests.services.service_client.conftest import OtherService, Scripted, other

__all__ = ["other"]

PAGE = PersonalDataPage(records=(PersonalRecord(kind="note", data={"text": "é"}),), last=True)


def test_answers_go_to_the_customers_service(other: OtherService) -> None:
    other.will_answer(Scripted(status=204), Scripted(status=204))
    answers = CalledAnswers("orders")
    answers.provide("r-1", 2, PAGE, correlation_id="c-1")
    answers.erased("r-2", ErasureAnswer(), correlation_id="c-1")
    page, erasure = other.received
    assert page.method == "PUT"
    assert page.path.endswith("/v1/personal-data/exports/r-1/services/orders/pages/2")
    assert json.loads(page.body) == {"records": [{"kind": "note", "data": {"text": "é"}}], "last": True}
    assert erasure.path.endswith("/v1/personal-data/erasures/r-2/services/orders")
    assert erasure.body == b'{"kept":[]}'
    assert {call.headers["x-correlation-id"] for call in other.received} == {"c-1"}


def test_an_answer_that_nobody_waits_for_any_more_is_dropped(other: OtherService) -> None:
    other.will_answer(Scripted(status=404), Scripted(status=404))
    CalledAnswers("orders").provide("r-1", 1, PAGE, correlation_id="c-1")
    CalledAnswers("orders").erased("r-1", ErasureAnswer(), correlation_id="c-1")
    assert len(other.received) == 2


def test_any_other_refusal_is_told(other: OtherService) -> None:
    other.will_answer(Scripted(status=403))
    with pytest.raises(CallRefusedError):
        CalledAnswers("orders").provide("r-1", 1, PAGE, correlation_id="c-1")
