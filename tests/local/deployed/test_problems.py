"""Every refusal is application/problem+json that says what is wrong."""

from http import HTTPStatus

import pytest

from tests.local.deployed.storefront import Storefront, assert_problem, product


def test_without_a_token_a_write_is_401(storefront: Storefront) -> None:
    body = product()
    response = storefront.visitor.put(f"/v1/products/{body['id']}", json=body)

    assert_problem(response, HTTPStatus.UNAUTHORIZED)
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzY29wZSI6ImNhdGFsb2cvd3JpdGUifQ."])
def test_a_forged_token_is_401(storefront: Storefront, token: str) -> None:
    body = product()
    headers = {"Authorization": f"Bearer {token}"}

    assert_problem(
        storefront.visitor.put(f"/v1/products/{body['id']}", json=body, headers=headers), HTTPStatus.UNAUTHORIZED
    )


def test_a_customers_token_does_not_write_products(storefront: Storefront) -> None:
    body = product()

    assert_problem(storefront.customer.put(f"/v1/products/{body['id']}", json=body), HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize("path", ["/v1/products/never-written", "/v1/nothing-here", "/"])
def test_what_is_not_there_is_404(storefront: Storefront, path: str) -> None:
    assert_problem(storefront.visitor.get(path), HTTPStatus.NOT_FOUND)


def test_a_sku_that_another_product_owns_is_409(storefront: Storefront) -> None:
    owner, rival = product(), product()
    storefront.publish(owner)
    rival["variants"] = [{"sku": owner["id"]}]

    problem = assert_problem(storefront.merchant.put(f"/v1/products/{rival['id']}", json=rival), HTTPStatus.CONFLICT)
    assert owner["id"] in str(problem)


def test_an_outdated_version_is_412(storefront: Storefront) -> None:
    written = storefront.publish(product())
    storefront.publish(product(id=written["id"], name="Changed meanwhile"))

    stale = storefront.merchant.put(
        f"/v1/products/{written['id']}", json=product(id=written["id"]), headers={"If-Match": written["etag"]}
    )
    assert_problem(stale, HTTPStatus.PRECONDITION_FAILED)


def test_an_invalid_body_is_422_with_a_pointer_to_every_error(storefront: Storefront) -> None:
    body = product(name="", price={"currency": "XXX", "amount": "12"}) | {"colour": "red"}

    problem = assert_problem(
        storefront.merchant.put(f"/v1/products/{body['id']}", json=body), HTTPStatus.UNPROCESSABLE_ENTITY
    )

    assert {error["pointer"] for error in problem["errors"]} == {"/name", "/price/currency", "/price/amount", "/colour"}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "many"}, {"cursor": "made-up"}])
@pytest.mark.parametrize("path", ["/v1/products", "/v1/search"])
def test_an_invalid_query_is_422(storefront: Storefront, path: str, query: dict[str, str]) -> None:
    problem = assert_problem(storefront.visitor.get(path, params=query), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert next(iter(query)) in str(problem["errors"])


def test_a_body_that_is_no_json_is_400(storefront: Storefront) -> None:
    response = storefront.merchant.put(
        "/v1/products/any", content=b'{"id": ', headers={"Content-Type": "application/json"}
    )
    assert_problem(response, HTTPStatus.BAD_REQUEST)
