from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from edge import authorization
from edge.authorization import ANONYMOUS, authorize
from edge.key_set import REFETCH_SECONDS, KeySet
from edge.problem import Problem
from tests.services.key_server import ISSUER, KeyServer

WRITE = "PUT /v1/products/{id}"


CAPABILITY, CAPABILITY_OR_SCOPE = "GET /v1/carts/{id}", "DELETE /v1/carts/{id}"
CUSTOMER, CUSTOMER_OR_SCOPE = "GET /v1/orders", "GET /v1/orders/{id}"
ACCESS = {
    "GET /v1/products": "public",
    WRITE: "scopes catalog/write",
    CAPABILITY: "capability",
    CAPABILITY_OR_SCOPE: "capability carts/write",
    CUSTOMER: "customer",
    CUSTOMER_OR_SCOPE: "customer orders/read",
    "POST /v1/webhooks": "signed",
    "PUT /v1/payments/{id}": "iam",
    "GET /v1/feeds": "authorizer",
    "GET /v1/typo": "publik",
    "GET /v1/nothing": "scopes",
}


@pytest.fixture(autouse=True)
def environment(issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    assert issuer.url
    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ACCESS))
    authorization._key_set.cache_clear()
    yield
    authorization._key_set.cache_clear()


def refusal(route_key: str, header: str | None) -> Problem:
    with pytest.raises(Problem) as raised:
        authorize(route_key, header)
    return raised.value


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "route_key", ["GET /v1/products", "POST /v1/webhooks", "PUT /v1/payments/{id}", "GET /v1/feeds"]
)
def test_a_route_that_others_protect_looks_at_no_token(route_key: str) -> None:
    assert authorize(route_key, None) == ANONYMOUS
    assert authorize(route_key, "Bearer nonsense") == ANONYMOUS


@pytest.mark.parametrize("route_key", [CAPABILITY, CAPABILITY_OR_SCOPE])
def test_who_knows_the_id_needs_no_token_but_one_that_is_sent_must_hold(route_key: str, pool: KeyServer) -> None:
    assert authorize(route_key, None) == ANONYMOUS
    assert authorize(route_key, f"Bearer {pool.customer_token()}").is_customer
    assert not authorize(route_key, f"Bearer {pool.token('catalog/write')}").is_customer
    for header in ("", "Bearer nonsense", "Basic dXNlcjpwYXNz", f"Bearer {pool.token(claims={'exp': 1})}"):
        assert refusal(route_key, header).status == 401


@pytest.mark.parametrize("route_key", [CUSTOMER, CUSTOMER_OR_SCOPE])
def test_a_customer_is_a_person(route_key: str, pool: KeyServer) -> None:
    principal = authorize(route_key, f"Bearer {pool.customer_token('ada')}")
    assert (principal.subject, principal.username, principal.is_customer) == ("id-of-ada", "ada", True)
    assert refusal(route_key, None).status == 401
    for claims in ({}, {"sub": "merchant-client"}, {"sub": "merchant-client", "username": "merchant-client"}):
        problem = refusal(route_key, f"Bearer {pool.token('catalog/write', claims=claims)}")
        assert (problem.status, problem.detail.partition(" and ")[0]) == (403, "the token is no customer's")


def test_a_scope_is_a_second_way_in(pool: KeyServer) -> None:
    merchant = authorize(CUSTOMER_OR_SCOPE, f"Bearer {pool.token('orders/read')}")
    assert (merchant.is_customer, merchant.may("orders/read"), merchant.may("orders/write")) == (False, True, False)
    problem = refusal(CUSTOMER_OR_SCOPE, f"Bearer {pool.token('orders/write')}")
    assert problem.detail == "the token is no customer's and lacks the scope orders/read"
    assert problem.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="orders/read"'
    assert refusal(CUSTOMER, f"Bearer {pool.token('orders/read')}").headers == {}


@pytest.mark.parametrize("route_key", ["GET /v1/typo", "GET /v1/nothing"])
def test_a_declaration_that_says_nothing_opens_nothing(route_key: str, pool: KeyServer) -> None:
    assert refusal(route_key, f"Bearer {pool.token('catalog/write')}").status == 403


@pytest.mark.parametrize("route_key", ["GET /v1/secrets", "$default", "", "put /v1/products/{id}"])
def test_a_route_that_is_not_listed_is_open_to_nobody(route_key: str, pool: KeyServer) -> None:
    assert refusal(route_key, f"Bearer {pool.token('catalog/write')}").status == 403


def test_without_configuration_every_route_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUTE_ACCESS")
    assert refusal("GET /v1/products", None).status == 403


def test_a_token_with_the_scope_gives_the_principal(pool: KeyServer) -> None:
    token = pool.token("catalog/write", "catalog/read", claims={"username": "ada"})
    principal = authorize(WRITE, f"bearer  {token} ")
    assert (principal.subject, principal.client_id, principal.username) == ("merchant", "merchant-client", "ada")
    assert principal.scopes == {"catalog/write", "catalog/read"}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "token"])
def test_no_token_is_challenged(header: str | None) -> None:
    problem = refusal(WRITE, header)
    assert problem.status == 401
    assert problem.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_without_the_scope_is_forbidden(pool: KeyServer) -> None:
    problem = refusal(WRITE, f"Bearer {pool.token('inventory/write')}")
    assert problem.status == 403
    assert problem.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="catalog/write"'


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 600},
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
        {"iss": None},
        {"token_use": "id"},
        {"token_use": None},
        {"client_id": "stranger"},
        {"client_id": ""},
        {"client_id": None},
    ],
)
def test_a_token_whose_claims_do_not_hold_is_refused(claims: dict[str, object], pool: KeyServer) -> None:
    problem = refusal(WRITE, f"Bearer {pool.token('catalog/write', claims=claims)}")
    assert problem.status == 401
    assert problem.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_clocks_may_differ_a_little(pool: KeyServer) -> None:
    token = pool.token("catalog/write", claims={"exp": int(time.time()) - 10, "nbf": int(time.time()) + 10})
    assert authorize(WRITE, f"Bearer {token}").subject == "merchant"


def test_a_signature_of_another_key_is_refused(pool: KeyServer) -> None:
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refusal(WRITE, f"Bearer {pool.token('catalog/write', key=forger)}").status == 401


def test_an_unsigned_token_is_refused(pool: KeyServer) -> None:
    claims = jwt.decode(pool.token("catalog/write"), options={"verify_signature": False})
    header = {"alg": "none", "kid": pool.key_id}
    assert refusal(WRITE, f"Bearer {segment(header)}.{segment(claims)}.").status == 401


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(pool: KeyServer) -> None:
    claims = jwt.decode(pool.token("catalog/write"), options={"verify_signature": False})
    signed = f"{segment({'alg': 'HS256', 'kid': pool.key_id})}.{segment(claims)}"
    secret = pool.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
    token = f"{signed}.{signature}"
    assert refusal(WRITE, f"Bearer {token}").status == 401


@pytest.mark.parametrize(
    "token",
    [
        "a",
        "a.b.c",
        "....",
        "\ud800.\ud800.\ud800",
        "é.é.é",
        f"{base64.urlsafe_b64encode(b'[' * 6000).decode().rstrip('=')}.e30.AA",
        f"{segment({'alg': 'RS256', 'kid': ['x']})}.e30.AA",
        f"{segment({'alg': 'RS256', 'kid': 5})}.e30.AA",
        f"{segment({'alg': 'RS256'})}.e30.AA",
        f"{segment([])}.e30.AA",
    ],
)
def test_a_malformed_token_is_refused(token: str) -> None:
    assert refusal(WRITE, f"Bearer {token}").status == 401


def test_keys_are_fetched_once_and_again_for_an_unknown_key_after_a_minute(
    pool: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("edge.key_set.time.monotonic", lambda: now[0])
    keys, before = KeySet(ISSUER), pool.fetches
    for _ in range(3):
        assert keys.key(pool.key_id) is not None
        assert keys.key("unknown") is None
    assert pool.fetches == before + 1
    now[0] += REFETCH_SECONDS
    assert keys.key("unknown") is None
    assert keys.key("unknown") is None
    assert pool.fetches == before + 2


def test_a_pool_that_does_not_answer_makes_the_service_unavailable(
    pool: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDP", "http://127.0.0.1:1")
    problem = refusal(WRITE, f"Bearer {pool.token('catalog/write')}")
    assert problem.status == 503
    assert problem.headers["Retry-After"] == "1"
