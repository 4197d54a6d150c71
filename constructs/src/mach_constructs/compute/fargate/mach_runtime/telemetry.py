"""One span a request or batch, sent as OTLP to a collector, with X-Ray's ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, StatusCode, get_current_span, set_span_in_context

_HEADER = "X-Amzn-Trace-Id"


@dataclass(frozen=True)
class Traced:
    """A request or batch whose trace is running.

    Attributes:
        header: X-Ray header for what it causes, as Lambda puts it into `_X_AMZN_TRACE_ID`; None when nothing is traced.
        span: The span; None when nothing is traced.
    """

    header: str | None
    span: Span | None

    def failed(self, reason: str) -> None:
        """Mark the span as a fault.

        Args:
            reason: What went wrong.
        """
        if self.span is not None:
            self.span.set_status(StatusCode.ERROR, reason)

    def note(self, name: str, value: str | int) -> None:
        """Add an attribute.

        Args:
            name: As OpenTelemetry's semantic conventions name it.
            value: What it is.
        """
        if self.span is not None:
            self.span.set_attribute(name, value)


class Telemetry:
    """Traces, or passes trace headers on when there is no collector.

    Args:
        service_name: The service.
        environment: The process's variables; OpenTelemetry itself reads the endpoint and the sampler from them.
    """

    def __init__(self, service_name: str, environment: Mapping[str, str]) -> None:
        self._propagator = AwsXRayPropagator()
        self._provider: TracerProvider | None = None
        if environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            self._provider = TracerProvider(
                resource=Resource.create({"service.name": service_name}), id_generator=AwsXRayIdGenerator()
            )
            self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))

    @contextmanager
    def span(
        self, name: str, *, kind: SpanKind, headers: Sequence[str | None], attributes: Mapping[str, str | int]
    ) -> Iterator[Traced]:
        """Run a block within a span.

        Args:
            name: Of low cardinality: a route, a queue.
            kind: Server or consumer.
            headers: X-Ray headers of what caused it. A single cause is the parent; several are linked.
            attributes: What is known of it from the start.
        """
        given = [header for header in headers if header]
        if self._provider is None:
            yield Traced(header=given[0] if len(set(given)) == 1 else None, span=None)
            return
        causes = [self._extract(header) for header in dict.fromkeys(given)]
        parent = causes[0] if len(causes) == 1 else Context()
        links = [Link(get_current_span(cause).get_span_context()) for cause in causes] if len(causes) > 1 else None
        tracer = self._provider.get_tracer("mach_runtime")
        with tracer.start_as_current_span(
            name, context=parent, kind=kind, attributes=dict(attributes), links=links
        ) as span:
            carrier: dict[str, str] = {}
            self._propagator.inject(carrier, set_span_in_context(span))
            yield Traced(header=carrier.get(_HEADER), span=span)

    def close(self) -> None:
        """Send what was not sent yet."""
        if self._provider is not None:
            self._provider.shutdown()

    def _extract(self, header: str) -> Context:
        return self._propagator.extract({_HEADER: header}, context=Context())
