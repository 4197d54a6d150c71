"""One span a request, with X-Ray's ids, and the header by which handlers pass the trace on."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.constructs.fargate_runtime.otlp_sink import OtlpSink, attributes
from tests.constructs.fargate_runtime.runtime_process import RuntimeProcess

HEADER = re.compile(r"Root=1-([0-9a-f]{8})-([0-9a-f]{24});Parent=([0-9a-f]{16});Sampled=1")
ROUTES = {"GET /v1/items/{id}": "shop.api.handler", "GET /v1/do/{action}": "shop.api.handler"}


@pytest.fixture(scope="module")
def sink() -> Iterator[OtlpSink]:
    sink = OtlpSink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def web(context_folder: Path, sink: OtlpSink) -> Iterator[RuntimeProcess]:
    process = RuntimeProcess(
        context_folder,
        "web",
        {
            "ROUTES": json.dumps(ROUTES),
            "CONCURRENCY": "1",
            "SERVICE_NAME": "shop",
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        },
    ).wait_until_healthy()
    yield process
    process.stop()


def test_a_request_is_a_server_span_whose_header_the_handler_sees(web: RuntimeProcess, sink: OtlpSink) -> None:
    trace = httpx.get(f"{web.url}/v1/items/7", headers={"x-gateway-request-id": "request-7"}).json()["trace"]
    found = HEADER.fullmatch(trace)
    assert found is not None, trace
    started, unique, parent = found.groups()

    span = sink.wait_for(lambda span: span.span_id.hex() == parent)
    assert span.trace_id.hex() == started + unique
    assert abs(int(started, 16) - time.time()) < 60  # X-Ray wants the time in the id
    assert span.kind == Span.SPAN_KIND_SERVER
    assert span.name == "GET /v1/items/{id}"
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.route": "/v1/items/{id}",
        "url.path": "/v1/items/7",
        "aws.request_id": "request-7",
        "http.response.status_code": 200,
    }
    assert sink.services == {"shop"}


def test_a_callers_trace_is_continued(web: RuntimeProcess, sink: OtlpSink) -> None:
    header = "Root=1-65f0c0de-0123456789abcdef01234567;Parent=00f067aa0ba902b7;Sampled=1"
    trace = httpx.get(f"{web.url}/v1/items/8", headers={"x-amzn-trace-id": header}).json()["trace"]

    assert trace.startswith("Root=1-65f0c0de-0123456789abcdef01234567;Parent=")
    span = sink.wait_for(lambda span: attributes(span).get("url.path") == "/v1/items/8")
    assert span.parent_span_id.hex() == "00f067aa0ba902b7"


def test_a_caller_that_does_not_sample_is_not_sampled(web: RuntimeProcess, sink: OtlpSink) -> None:
    header = "Root=1-65f0c0de-ffffffffffffffffffffffff;Parent=00f067aa0ba902b7;Sampled=0"
    trace = httpx.get(f"{web.url}/v1/items/9", headers={"x-amzn-trace-id": header}).json()["trace"]

    assert trace.endswith(";Sampled=0")
    httpx.get(f"{web.url}/v1/items/10")
    sink.wait_for(lambda span: attributes(span).get("url.path") == "/v1/items/10")
    assert not [span for span in sink.spans if attributes(span).get("url.path") == "/v1/items/9"]


def test_a_failure_is_a_fault(web: RuntimeProcess, sink: OtlpSink) -> None:
    assert httpx.get(f"{web.url}/v1/do/raise").status_code == 500

    span = sink.wait_for(lambda span: span.name == "GET /v1/do/{action}")
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert attributes(span)["http.response.status_code"] == 500


def test_health_checks_are_not_traced(web: RuntimeProcess, sink: OtlpSink) -> None:
    assert web.check() == 0
    httpx.get(f"{web.url}/v1/items/11")
    sink.wait_for(lambda span: attributes(span).get("url.path") == "/v1/items/11")
    assert not [span for span in sink.spans if "health" in str(attributes(span))]


def test_without_a_collector_the_callers_header_is_passed_on(context_folder: Path) -> None:
    process = RuntimeProcess(context_folder, "web", {"ROUTES": json.dumps(ROUTES), "CONCURRENCY": "1"})
    try:
        url = f"{process.wait_until_healthy().url}/v1/items/1"
        header = "Root=1-65f0c0de-0123456789abcdef01234567;Parent=00f067aa0ba902b7;Sampled=1"
        assert httpx.get(url, headers={"x-amzn-trace-id": header}).json()["trace"] == header
        assert httpx.get(url).json()["trace"] is None  # it does not stick to the process
    finally:
        process.stop()
