"""A customer's profile, over HTTP."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from customers.application import application, customer_of, customers_table
from customers.documents import Change, Content, CustomerDocuments, Document
from customers.profile_input import ProfileInput
from customers.user_pool import proven_email
from edge import problem
from edge.entity_tag import require_preconditions, strong_tag
from edge.request import Request
from edge.response import cached_json_response, json_response
from edge.validation import validate


@application.get("/v1/customers/me")
def read_profile(request: Request) -> Response[str]:
    """Answer with the profile of the customer who asks."""
    customer = customer_of(request)
    profile = CustomerDocuments(customers_table()).read(customer, "PROFILE")
    if not profile.version:
        raise problem.not_found("you have no profile yet; PUT one")
    return cached_json_response(
        request,
        _shown(customer, profile.content),
        entity_tag=strong_tag(profile.version),
        cache_control="private, no-cache",
    )


@application.put("/v1/customers/me")
def put_profile(request: Request) -> Response[str]:
    """Create or replace the profile: 201 or 200. The same content again changes nothing."""
    wanted = validate(ProfileInput, request.json())
    customer = customer_of(request)
    content = {
        "name": wanted.name,
        "language": wanted.language,
        "email": wanted.email or proven_email(request.headers),
    }
    created = False

    def change(current: Document) -> Change:
        nonlocal created
        require_preconditions(request.headers, current=strong_tag(current.version) if current.version else None)
        created = current.version == 0
        return Change(content=content)

    profile = CustomerDocuments(customers_table()).change(customer, "PROFILE", change)
    headers = {"ETag": strong_tag(profile.version), **({"Location": "/v1/customers/me"} if created else {})}
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return json_response(_shown(customer, profile.content), status=status, headers=headers)


def _shown(customer: str, content: Content) -> dict[str, object]:
    return {"id": customer, **content}
