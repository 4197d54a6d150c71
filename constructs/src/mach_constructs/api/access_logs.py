"""What an API notes of every request."""

from __future__ import annotations

import json

import jsii
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_logs as logs

_TEXTS = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "source_ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "route": "$context.routeKey",
    "protocol": "$context.protocol",
    "response_bytes": "$context.responseLength",
    "integration_latency_ms": "$context.integrationLatency",
    "integration_error": "$context.integrationErrorMessage",
    "user_agent": "$context.identity.userAgent",
}
# Always there, so that metric filters find numbers; the others may be "-".
_NUMBERS = {"status": "$context.status", "latency_ms": "$context.responseLatency"}


@jsii.implements(apigwv2.IAccessLogSettings)
class JsonAccessLogs:
    """Access logs as JSON lines in a log group.

    Args:
        log_group: Where they go.
    """

    def __init__(self, log_group: logs.ILogGroup) -> None:
        self._log_group = log_group

    @property
    def destination(self) -> apigwv2.IAccessLogDestination:
        """Where they go."""
        return apigwv2.LogGroupLogDestination(self._log_group)

    @property
    def format(self) -> apigateway.AccessLogFormat:
        """What stands in a line."""
        texts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in _TEXTS.items()]
        numbers = [f"{json.dumps(name)}: {value}" for name, value in _NUMBERS.items()]
        return apigateway.AccessLogFormat.custom(f"{{{', '.join([*texts, *numbers])}}}")
