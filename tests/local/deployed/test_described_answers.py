"""Whatever is sent, allowed by the document or not, the deployed storefront answers as the document says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.auth import AuthBase
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.local.deployed.storefront import Storefront, product

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Two kinds of requests, so twice as many for each of the operations: about a minute on two cores.
few = settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


class Signed(AuthBase):
    """Signs as services do, with the account's own credentials."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        signed = AWSRequest(method=request.method, url=request.url, data=request.body, headers={})
        SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


@pytest.fixture(scope="module")
def document(storefront: Storefront) -> dict[str, Any]:
    """What the storefront says of itself."""
    found: dict[str, Any] = storefront.visitor.get("/v1/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def existing(storefront: Storefront, document: dict[str, Any]) -> Mapping[str, str]:
    """Parameters of paths that lead to something, for most invented ones lead to nothing."""

    def example(key: str) -> Any:
        method, path = key.split()
        operation = document["paths"][path][method.lower()]
        return operation["requestBody"]["content"]["application/json"]["example"]

    def put(client: httpx.Client, path: str, body: object) -> None:
        client.put(path, json=body).raise_for_status()

    sku = storefront.publish(product())["id"]
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{sku}").is_success)
    put(storefront.merchant, f"/v1/inventory/{sku}", {"on_hand": 1000})
    put(storefront.merchant, "/v1/promotions/TENTH", example("PUT /v1/promotions/{code}"))
    put(storefront.merchant, "/v1/price-lists/USD", example("PUT /v1/price-lists/{id}"))
    put(storefront.account, "/v1/reservations/described", {"items": [{"sku": sku, "quantity": 1}]})
    put(storefront.account, "/v1/payments/described", example("PUT /v1/payments/{id}"))
    put(storefront.account, "/v1/orders/described", example("PUT /v1/orders/{id}") | {"customer_id": None})
    addresses = "/v1/customers/me/addresses"
    address = storefront.customer.post(addresses, json=example(f"POST {addresses}"))
    cart = storefront.visitor.post("/v1/carts", json={"currency": "EUR"})
    return {
        "/v1/products/{id}": sku,
        "/v1/inventory/{sku}": sku,
        "/v1/carts/{id}": cart.json()["id"],
        "/v1/reservations/{id}": "described",
        "/v1/promotions/{code}": "TENTH",
        "/v1/price-lists/{id}": "USD",
        "/v1/payments/{id}": "described",
        "/v1/orders/{id}": "described",
        f"{addresses}/{{id}}": address.json()["id"],
    }


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not_allowed"])
def test_every_answer_is_described(
    mode: GenerationMode, document: dict[str, Any], existing: Mapping[str, str], storefront: Storefront
) -> None:
    faults: list[str] = []
    statuses: set[int] = set()
    with requests.Session() as session:
        for operation in operations(document):

            @few
            @given(case=operation.as_strategy(generation_mode=mode), to_existing=st.booleans())
            def send(case: Case, to_existing: bool) -> None:
                if to_existing:
                    lead_to(existing, case)
                answer = case.call(
                    base_url=storefront.url, session=session, timeout=30, **credentials(case, storefront)
                )
                statuses.add(answer.status_code)
                case.validate_response(answer, checks=CHECKS)

            try:
                send()
            except (Failure, FailureGroup) as fault:
                faults.append(f"{operation.label}: {fault}")

    assert faults == []
    # That it was no walk along one kind of answer.
    assert statuses >= ({200, 201, 204, 404, 409, 412, 422} if mode is GenerationMode.POSITIVE else {400, 404, 422})


@pytest.mark.parametrize(
    ("described", "noticed"),
    [
        (
            {
                "default": {
                    "description": "Another schema.",
                    "content": {"application/json": {"schema": {"type": "null"}}},
                }
            },
            "schema",
        ),
        ({"204": {"description": "Another status."}}, "status code"),
        ({"200": {"description": "Another type.", "content": {"text/html": {}}}}, "Content-Type"),
    ],
)
def test_what_is_not_described_is_noticed(
    described: dict[str, Any], noticed: str, document: dict[str, Any], storefront: Storefront
) -> None:
    altered = deepcopy(document)
    altered["paths"] = {"/v1/ledger/balances": altered["paths"]["/v1/ledger/balances"]}
    altered["paths"]["/v1/ledger/balances"]["get"]["responses"] = described
    (operation,) = operations(altered)

    @few
    @given(case=operation.as_strategy())
    def send(case: Case) -> None:
        answer = case.call(base_url=storefront.url, **credentials(case, storefront))
        case.validate_response(answer, checks=CHECKS)

    with pytest.raises((Failure, FailureGroup), match=f"(?i){noticed}"):
        send()


def operations(document: dict[str, Any]) -> Iterator[APIOperation]:
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        yield found.ok()


def lead_to(existing: Mapping[str, str], case: Case) -> None:
    """Let the first parameter of the path name something that exists, if anything is known to."""
    for path, value in existing.items():
        if case.operation.path.startswith(path):
            name = path.rpartition("{")[2].rstrip("}")
            case.path_parameters = {**(case.path_parameters or {}), name: value}


def credentials(case: Case, storefront: Storefront) -> dict[str, Any]:
    """What the operation's first scheme asks for."""
    ways = [name for way in case.operation.definition.raw["security"] for name in way]
    match ways[:1]:
        case ["merchant"]:
            return {"headers": {"Authorization": f"Bearer {storefront.merchant_token}"}}
        case ["customer"]:
            return {"headers": {"Authorization": f"Bearer {storefront.customer_token}"}}
        case ["service"]:
            return {"auth": Signed()}
        case _:
            return {}
