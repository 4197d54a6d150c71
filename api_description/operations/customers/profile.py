"""The operations of a customer's profile."""

from __future__ import annotations

from http import HTTPStatus

from api_description.operation import Answer, Body, Operation
from api_description.operations.customers.tags import CUSTOMERS
from api_description.problem_kinds import not_found
from contracts.model import Contract
from customers.profile_input import ProfileInput


class Profile(Contract):
    """A customer's profile.

    Attributes:
        id: of the customer, as tokens give it.
        name: as they want to be addressed.
        language: that they read.
        email: where messages go.
    """

    id: str
    name: str | None
    language: str | None
    email: str | None


PROFILE: dict[str, object] = {"name": "Ada Lovelace", "language": "en", "email": "ada@example.com"}
STORED_PROFILE: dict[str, object] = {"id": "5d0c1e3a-7b2f-4e60-9c3e-1d5a7b2f4e60", **PROFILE}

OPERATIONS = [
    Operation(
        "GET /v1/customers/me",
        id="getProfile",
        tag=CUSTOMERS,
        summary="Read your profile",
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The profile.", Profile, example=STORED_PROFILE)],
        problems=[not_found("you have no profile yet; PUT one")],
    ),
    Operation(
        "PUT /v1/customers/me",
        id="putProfile",
        tag=CUSTOMERS,
        summary="Create or replace your profile",
        body=Body(ProfileInput, example=PROFILE),
        safe="conditional",
        answers=[
            Answer(HTTPStatus.OK, "It was replaced, or is the same.", Profile, example=STORED_PROFILE),
            Answer(HTTPStatus.CREATED, "It was created.", Profile, example=STORED_PROFILE, headers=("Location",)),
        ],
    ),
]
