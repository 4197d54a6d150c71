"""Schemas: closed for what is sent, open for what is answered, described by docstrings."""

from typing import Annotated, Any

import pytest
from pydantic import Field

from api_description import docstrings
from api_description.schemas import SchemaSet
from contracts.model import Contract
from contracts.money import CURRENCIES, Money


class Price(Contract):
    """What it costs, as ``Money``.

    Attributes:
        amount: of one, ``net`` of
            tax.
    """

    amount: Money


class OfferInput(Contract):
    """An offer."""

    price: Annotated[int, Field(le=9)]


class SentPrice(Contract):
    """A name that is taken."""


def test_what_is_sent_takes_no_other_members_and_what_is_answered_may_get_some() -> None:
    schemas = SchemaSet(sent=[Price], answered=[Price])
    components: Any = schemas.components

    assert schemas.sent(Price) == {"$ref": "#/components/schemas/SentPrice"}
    assert schemas.answered(Price) == {"$ref": "#/components/schemas/Price"}
    assert components["SentPrice"]["additionalProperties"] is False
    assert components["SentPrice"]["properties"]["amount"]["$ref"] == "#/components/schemas/SentMoney"
    assert "additionalProperties" not in components["Price"]
    assert components["Price"]["properties"]["amount"]["$ref"] == "#/components/schemas/Money"


def test_a_model_that_is_named_as_an_input_keeps_its_name_when_sent() -> None:
    schemas = SchemaSet(sent=[OfferInput], answered=[OfferInput])

    assert schemas.sent(OfferInput) == {"$ref": "#/components/schemas/OfferInput"}
    assert schemas.answered(OfferInput) == {"$ref": "#/components/schemas/Offer"}


def test_what_is_the_same_either_way_is_there_once() -> None:
    components: Any = SchemaSet(sent=[Money], answered=[Money]).components

    assert components.keys() == {"Currency", "Money", "SentMoney"}
    assert components["Currency"]["enum"] == sorted(CURRENCIES)


def test_two_models_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two schemas would have one name: SentPrice"):
        SchemaSet(sent=[Price, SentPrice], answered=[Price])


def test_descriptions_are_those_of_docstrings() -> None:
    assert docstrings.description(Price) == "What it costs, as `Money`."
    assert docstrings.attributes(Price) == {"amount": "Of one, `net` of tax."}

    components: Any = SchemaSet(sent=[], answered=[Price]).components
    assert components["Price"]["properties"]["amount"]["description"] == "Of one, `net` of tax."
    assert "title" not in components["Price"]
