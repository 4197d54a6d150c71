from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import quote

import pytest

from service_client import signature
from service_client.client import Answer, ServiceClient
from service_client.errors import CallRefusedError, ServiceUnavailableError
from service_client.signature import NoCredentialsError
from tests.services.service_client.conftest import OtherService, Received, Scripted

CLIENT = ServiceClient()
RESERVE = "PUT /v1/reservations/{id}"
CAPTURE = "POST /v1/payments/{id}/capture"
DONE = Scripted(status=200, body='{"id":"a"}')
PROBLEM = {
    "type": "urn:problem-type:storefront:insufficient-stock",
    "title": "Insufficient stock",
    "status": 409,
    "detail": "there are 2 of boots",
    "errors": [{"pointer": "/items/0", "detail": "there are 2"}],
}


def unavailable(route_key: str = RESERVE, client: ServiceClient = CLIENT) -> ServiceUnavailableError:
    with pytest.raises(ServiceUnavailableError) as raised:
        client.call(route_key, id="a", body={})
    return raised.value


def test_an_answer_is_its_status_and_json(other: OtherService) -> None:
    other.will_answer(Scripted(status=201, body='{"status": "held"}'), Scripted(status=204))
    assert CLIENT.call(RESERVE, id="a", body={"items": []}) == Answer(status=201, document={"status": "held"})
    assert CLIENT.call("DELETE /v1/reservations/{id}", id="a") == Answer(status=204, document=None)
    put, delete = other.received
    assert (put.method, put.path) == ("PUT", "/_aws/execute-api/abc123/v1/reservations/a")
    assert (json.loads(put.body), put.headers["content-type"]) == ({"items": []}, "application/json")
    assert (delete.method, delete.body, "content-type" in delete.headers) == ("DELETE", b"", False)


@pytest.mark.parametrize("id", ["../../v1/orders", "a/b", "a?b=c", "a#b", "é %2F", "%2e%2e"])
def test_a_parameter_stays_within_its_segment(id: str, other: OtherService) -> None:
    other.will_answer(DONE)
    CLIENT.call(RESERVE, id=id, body={})
    assert other.received[0].path == f"/_aws/execute-api/abc123/v1/reservations/{quote(id, safe='')}"


def test_a_call_carries_the_thread_that_joins_logs_and_traces(
    other: OtherService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-67891233-abcdef012345678912345678")
    other.will_answer(DONE, DONE)
    CLIENT.call(CAPTURE, id="a", correlation_id="correlation-1", idempotency_key="key-1")
    headers = other.received[0].headers
    assert headers["x-correlation-id"] == "correlation-1"
    assert headers["x-amzn-trace-id"] == "Root=1-67891233-abcdef012345678912345678"
    assert headers["idempotency-key"] == "key-1"
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    CLIENT.call(CAPTURE, id="a")
    assert not {"x-correlation-id", "x-amzn-trace-id", "idempotency-key"} & other.received[1].headers.keys()


def test_a_call_is_signed_as_aws_says(other: OtherService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-67891233-abcdef012345678912345678")
    other.will_answer(DONE)
    CLIENT.call(RESERVE, id="a b", body={"items": ["é"]}, correlation_id="correlation-1")
    call = other.received[0]
    given = dict(part.strip().split("=", 1) for part in call.headers["authorization"].split(" ", 1)[1].split(","))
    day = call.headers["x-amz-date"][:8]
    assert given["Credential"] == f"AKIDEXAMPLE/{day}/eu-central-1/execute-api/aws4_request"
    assert {"host", "x-amz-date", "x-amz-security-token", "x-correlation-id"} <= {*given["SignedHeaders"].split(";")}
    assert call.headers["x-amz-security-token"] == "session"
    # Whoever passes the call on may add to the trace.
    assert "x-amzn-trace-id" in call.headers
    assert "x-amzn-trace-id" not in given["SignedHeaders"]
    assert given["Signature"] == expected_signature(call, given["SignedHeaders"])


def expected_signature(call: Received, signed: str) -> str:
    """Sign as https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html tells."""
    date, region = call.headers["x-amz-date"], "eu-central-1"
    scope = f"{date[:8]}/{region}/execute-api/aws4_request"
    headers = "".join(f"{name}:{' '.join(call.headers[name].split())}\n" for name in signed.split(";"))
    path, payload = quote(call.path, safe="/~"), hashlib.sha256(call.body).hexdigest()
    canonical = "\n".join([call.method, path, "", headers, signed, payload])
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def test_a_container_asks_its_address_for_credentials(other: OtherService, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{other.url}/credentials")
    given = {"AccessKeyId": "OFTHETASK", "SecretAccessKey": "s", "Token": "t", "Expiration": "2999-01-01T00:00:00Z"}
    other.will_answer(Scripted(status=200, body=json.dumps(given)), DONE, DONE)
    for _ in range(2):
        CLIENT.call(RESERVE, id="a", body={})
    assert [call.path for call in other.received].count("/credentials") == 1
    assert "Credential=OFTHETASK/" in other.received[-1].headers["authorization"]


def test_without_credentials_nothing_is_sent(other: OtherService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NoCredentialsError):
        CLIENT.call(RESERVE, id="a", body={})
    assert other.received == []
    signature._credentials.cache_clear()


def test_a_refusal_is_what_the_problem_says(other: OtherService) -> None:
    other.will_answer(
        Scripted(status=409, body=json.dumps(PROBLEM), headers={"Content-Type": "application/problem+json"})
    )
    with pytest.raises(
        CallRefusedError, match=r"PUT /v1/reservations/\{id\} was refused: 409 insufficient-stock"
    ) as raised:
        CLIENT.call(RESERVE, id="a", body={})
    refused = raised.value
    assert (refused.status, refused.kind, refused.detail) == (409, "insufficient-stock", "there are 2 of boots")
    assert refused.errors == ({"pointer": "/items/0", "detail": "there are 2"},)
    assert len(other.received) == 1


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"message":"Forbidden"}', "Forbidden"),
        ("<html>", ""),
        ("", ""),
        ("[]", ""),
        ('{"errors": 5, "detail": null}', ""),
    ],
)
def test_a_refusal_that_is_no_problem_is_one_of_an_unknown_kind(body: str, detail: str, other: OtherService) -> None:
    other.will_answer(Scripted(status=403, body=body))
    with pytest.raises(CallRefusedError) as raised:
        CLIENT.call(RESERVE, id="a", body={})
    assert (raised.value.kind, raised.value.detail, raised.value.errors) == ("unknown", detail, ())


@pytest.mark.parametrize("status", [0, 429, 502, 503, 504])
def test_what_passes_is_tried_again(status: int, other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=status), Scripted(status=status), DONE)
    assert CLIENT.call(RESERVE, id="a", body={}).status == 200
    assert pauses == [0.05, 0.1]
    assert len({call.body for call in other.received}) == 1


def test_it_ends_after_three_attempts(other: OtherService, pauses: list[float]) -> None:
    other.will_answer(*[Scripted(status=503)] * 4)
    problem = unavailable()
    assert (len(other.received), len(pauses)) == (3, 2)
    assert (problem.status, problem.headers, problem.kind) == (503, {"Retry-After": "1"}, "service-unavailable")
    assert str(problem) == "PUT /v1/reservations/{id} got no answer: status 503"


@pytest.mark.parametrize("status", [301, 500, 501])
def test_what_does_not_pass_is_not_tried_again(status: int, other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=status, headers={"Location": "/elsewhere"}))
    assert unavailable().reason == f"status {status}"
    assert (len(other.received), pauses) == (1, [])


@pytest.mark.parametrize("status", [0, 503])
def test_what_may_not_be_sent_twice_is_not(status: int, other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=status))
    unavailable(CAPTURE)
    assert (len(other.received), pauses) == (1, [])


def test_an_idempotency_key_lets_a_post_be_sent_twice(other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=0), DONE)
    assert CLIENT.call(CAPTURE, id="a", idempotency_key="key-1").status == 200
    assert [call.headers["idempotency-key"] for call in other.received] == ["key-1", "key-1"]
    assert len(pauses) == 1


def test_so_does_asking_only(other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=503), DONE)
    assert CLIENT.ask("POST /v1/prices/quotes", body={}).status == 200
    assert len(pauses) == 1


def test_it_waits_as_long_as_it_is_asked_to(other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=429, headers={"Retry-After": "2"}), DONE)
    CLIENT.call(RESERVE, id="a", body={})
    assert pauses == [2.05]


@pytest.mark.parametrize("asked", ["soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "1" * 7])
def test_what_it_cannot_read_it_does_not_wait_for(asked: str, other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=429, headers={"Retry-After": asked}), DONE)
    CLIENT.call(RESERVE, id="a", body={})
    assert pauses == [0.05]


def test_who_is_asked_to_wait_long_passes_it_on(other: OtherService, pauses: list[float]) -> None:
    other.will_answer(Scripted(status=503, headers={"Retry-After": "30"}))
    assert unavailable().headers == {"Retry-After": "30"}
    assert (len(other.received), pauses) == (1, [])


def test_it_stops_when_the_time_is_used_up(other: OtherService, pauses: list[float]) -> None:
    other.will_answer(*[Scripted(status=503)] * 2)
    unavailable(client=ServiceClient(patience_seconds=0.12))
    assert (len(other.received), pauses) == (1, [])


def test_an_answer_that_is_no_json_is_none(other: OtherService) -> None:
    other.will_answer(Scripted(status=200, body="<html>"))
    assert unavailable().reason == "its answer is no JSON"


def test_nobody_there_is_unavailable(other: OtherService, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert other.url
    monkeypatch.setenv("API_URL", "http://127.0.0.1:1")
    problem = unavailable()
    assert problem.may_pass
    assert len(pauses) == 2
    assert problem.document()["status"] == 503
