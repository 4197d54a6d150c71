"""What surrounds every function."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk.assertions import Match, Template

from mach_constructs import LambdaCompute, ServiceFunction


def create(stack: Stack, compute: LambdaCompute) -> Template:
    ServiceFunction(
        stack,
        "Api",
        compute=compute,
        handler="api.handler",
        description="Answers",
        default_timeout=Duration.seconds(7),
        environment={"MODE": "daily"},
    )
    return Template.from_stack(stack)


def test_a_function_is_traced_and_logs_json_to_its_own_group(stack: Stack, orders: LambdaCompute) -> None:
    create(stack, orders).has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "orders.api.handler",
            "Runtime": "python3.13",
            "Architectures": ["arm64"],
            "MemorySize": 512,
            "Timeout": 7,
            "TracingConfig": {"Mode": "Active"},
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": Match.string_like_regexp("ApiLogGroup")}},
        },
    )


def test_logs_have_a_retention_and_outlive_the_function(stack: Stack, orders: LambdaCompute) -> None:
    create(stack, orders).has_resource(
        "AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 30}, "DeletionPolicy": "Retain"}
    )


def test_a_role_may_log_and_trace_and_nothing_else(stack: Stack, orders: LambdaCompute) -> None:
    template = create(stack, orders)
    (role,) = template.find_resources("AWS::IAM::Role").values()
    assert "ManagedPolicyArns" not in role["Properties"]
    (policy,) = template.find_resources("AWS::IAM::Policy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    assert sorted((tuple(statement["Action"]), str(statement["Resource"])[:24]) for statement in statements) == [
        (("logs:CreateLogStream", "logs:PutLogEvents"), "{'Fn::GetAtt': ['ApiLogG"),
        (("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*"),
    ]


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_failures_sound_an_alarm(stack: Stack, orders: LambdaCompute, metric: str) -> None:
    create(stack, orders).has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "AWS/Lambda",
            "MetricName": metric,
            "Statistic": "Sum",
            "Threshold": 1,
            "Period": 300,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
        },
    )


def test_context_sets_the_target_of_a_whole_app(new_app: Callable[..., App], orders: LambdaCompute) -> None:
    app = new_app(**{"mach-constructs:runtime": "python3.11", "mach-constructs:architecture": "x86_64"})
    create(Stack(app, "Stack"), orders).has_resource_properties(
        "AWS::Lambda::Function", {"Runtime": "python3.11", "Architectures": ["x86_64"]}
    )


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"mach-constructs:runtime": "nodejs24.x"}, "runtime must look like \"python3.13\", got 'nodejs24.x'"),
        ({"mach-constructs:architecture": "arm"}, 'architecture must be "arm64" or "x86_64", got \'arm\''),
        ({"mach-constructs:architecture": 64}, "architecture must be a text, got 64"),
    ],
)
def test_an_unknown_target_is_refused(
    new_app: Callable[..., App], orders: LambdaCompute, context: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        create(Stack(new_app(**context), "Stack"), orders)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"default_timeout": Duration.seconds(0)}, "default_timeout must be between 1 and 900 seconds, got 0"),
        ({"default_timeout": Duration.minutes(16)}, "default_timeout must be between 1 and 900 seconds, got 960"),
        ({"description": "x" * 257}, "description must have at most 256 characters, got 257: 'xx"),
        ({"handler": "api." + "x" * 118}, "handler must have at most 128 characters with its folder, got 129"),
    ],
)
def test_what_lambda_refuses_is_refused(
    stack: Stack, orders: LambdaCompute, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], message: str
) -> None:
    monkeypatch.setattr(LambdaCompute, "require_handler", lambda *_: None)  # no module has a function of such a name
    valid = {"handler": "api.handler", "description": "Answers", "default_timeout": Duration.seconds(3)}
    with pytest.raises(ValueError, match=message):
        ServiceFunction(stack, "Api", compute=orders, **(valid | options))
