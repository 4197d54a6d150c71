"""Who calls a function, and how."""

from __future__ import annotations

from collections.abc import Iterator

from mach_constructs.policy.json_values import objects
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import SynthesizedApp

_FUNCTION, _ALIAS, _VERSION = "AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"
# They put an event into the function's own queue and do not wait:
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
_ASYNCHRONOUS = frozenset(
    (
        "cloudformation.amazonaws.com",
        "codecommit.amazonaws.com",
        "config.amazonaws.com",
        "events.amazonaws.com",
        "iot.amazonaws.com",
        "lambda.alarms.cloudwatch.amazonaws.com",
        "logs.amazonaws.com",
        "s3.amazonaws.com",
        "ses.amazonaws.com",
        "sns.amazonaws.com",
    )
)


def answers_cloudformation_only(app: SynthesizedApp) -> set[Resource]:
    """Give the functions behind custom resources, whose failure CloudFormation sees and reports.

    Args:
        app: What was synthesized.
    """
    return {
        function
        for resource in app.assembly.resources()
        if (token := resource.get("ServiceToken")) is not None
        for function in functions(app, resource, token)
    }


def functions(app: SynthesizedApp, holder: Resource, expression: object) -> Iterator[Resource]:
    """Give the functions that an expression refers to, by an alias or a version too.

    Args:
        app: What was synthesized.
        holder: Where the expression stands.
        expression: A name or an ARN.
    """
    for target in app.references.targets(holder.template, expression):
        if target.type == _FUNCTION:
            yield target
        elif target.type in (_ALIAS, _VERSION):
            yield from functions(app, target, target.get("FunctionName"))


def invoked_asynchronously(app: SynthesizedApp) -> dict[Resource, str]:
    """Give the functions that are handed events without anybody waiting, and by whom.

    Args:
        app: What was synthesized.
    """
    found: dict[Resource, str] = {}
    for permission in app.assembly.of_type("AWS::Lambda::Permission"):
        principal = str(permission.get("Principal"))
        if principal in _ASYNCHRONOUS:
            for function in functions(app, permission, permission.get("FunctionName")):
                found.setdefault(function, principal)
    for schedule in app.assembly.of_type("AWS::Scheduler::Schedule"):
        for function in functions(app, schedule, schedule.get("Target", "Arn")):
            found.setdefault(function, "scheduler.amazonaws.com")
    for rule in app.assembly.of_type("AWS::Events::Rule"):
        for target in objects(rule.get("Targets")):
            for function in functions(app, rule, target.get("Arn")):
                found.setdefault(function, "events.amazonaws.com")
    return found
