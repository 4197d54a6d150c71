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


@pytest.fixture(autouse=True)
def environment(issuer: KeyServer) -> Iterator[None]:
    assert issuer.url
    authorization._key_set.cache_clear()
    yield
    authorization._key_set.cache_clear()


def refusal(route_key: str, header: str | None) -> Problem:
    with pytest.raises(Problem) as raised:
        authorize(route_key, header)
    return raised.value


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_public_route_needs_no_token() -> None:
    assert authorize("GET /v1/products", None) == ANONYMOUS
    assert authorize("GET /v1/products", "Bearer nonsense") == ANONYMOUS


@pytest.mark.parametrize("route_key", ["GET /v1/secrets", "$default", "", "put /v1/products/{id}"])
def test_a_route_that_is_not_listed_is_open_to_nobody(route_key: str, pool: KeyServer) -> None:
    assert refusal(route_key, f"Bearer {pool.token('catalog/write')}").status == 403


def test_without_configuration_every_route_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUTE_SCOPES")
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
