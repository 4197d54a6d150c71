"""What Lambda and ECS take as environment variables: their names, and how much they are together."""

from __future__ import annotations

import json
from collections.abc import Mapping

import jsii
from aws_cdk import Stack, TreeInspector
from aws_cdk import aws_lambda as lambda_
from constructs import IValidation

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import VARIABLE_NAME

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: names, size, and those that Lambda sets.
# It measures them as one JSON object, which is what the error of CreateFunction shows.
_LARGEST_ENVIRONMENT = 4096
_LARGEST_TASK_DEFINITION = 65_536
_SET_BY_LAMBDA = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
_MOST_NAMED = 3


def require_variables(argument: str, variables: Mapping[str, str]) -> None:
    """Refuse environment variables that Lambda refuses, whatever is added to them.

    Args:
        argument: The argument's name, as the caller wrote it.
        variables: Names and values; values known only at deployment count as nothing.

    Raises:
        ValueError: A name is malformed or set by Lambda, or all of them are larger than 4 KB.
    """
    _require_names(argument, variables)
    _require_room(argument, _known(variables), _LARGEST_ENVIRONMENT)


def require_task_variables(argument: str, variables: Mapping[str, str]) -> None:
    """Refuse variables of a container that ECS has no room for.

    Args:
        argument: Whose they are, for the message.
        variables: Names and values; values known only at deployment count as nothing.

    Raises:
        ValueError: They alone are larger than a task definition may be, 64 KB
            (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html).
    """
    _require_room(argument, _known(variables), _LARGEST_TASK_DEFINITION)


def require_environment(function: lambda_.Function, given: Mapping[str, str] | None = None) -> None:
    """Refuse a function whose variables are too large now, and at synthesis one whose variables became so.

    Of a value that refers to a resource, only the text around the reference is counted: what is refused is too large
    whatever the reference turns out to be.

    Args:
        function: The function.
        given: The variables that it was made with; without them, the function itself is asked, which takes longer.

    Raises:
        ValueError: A name is malformed or set by Lambda, or all of them are larger than 4 KB.
    """
    _check(function, _variables(function) if given is None else _resolved(function, given))
    function.node.add_validation(_EnvironmentInTheEnd(function))


@jsii.implements(IValidation)
class _EnvironmentInTheEnd:
    """Whoever has a function can add variables to it until the app is synthesized."""

    def __init__(self, function: lambda_.Function) -> None:
        self._function = function

    def validate(self) -> list[str]:
        try:
            _check(self._function, _variables(self._function))
        except ValueError as refused:
            return [str(refused)]
        return []


def _check(function: lambda_.Function, variables: Mapping[str, object]) -> None:
    argument = f"environment of {function.node.path}"
    _require_names(argument, variables)
    _require_room(argument, {name: _known_text(value) for name, value in variables.items()}, _LARGEST_ENVIRONMENT)


def _resolved(function: lambda_.Function, variables: Mapping[str, str]) -> Mapping[str, object]:
    references = {name: value for name, value in variables.items() if is_unresolved(value)}
    return {**variables, **Stack.of(function).resolve(references)} if references else variables


def _variables(function: lambda_.Function) -> Mapping[str, object]:
    resource = function.node.default_child
    if not isinstance(resource, lambda_.CfnFunction):
        return {}
    # The CDK gathers variables as late as it can, which the resource's own attribute shows to Python as none.
    inspector = TreeInspector()
    resource.inspect(inspector)
    properties = Stack.of(function).resolve(inspector)["attributes"]["aws:cdk:cloudformation:props"]
    variables: Mapping[str, object] = properties.get("environment", {}).get("variables", {})
    return variables


def _require_names(argument: str, names: Mapping[str, object]) -> None:
    for name in names:
        if not VARIABLE_NAME.fullmatch(name):
            raise ValueError(
                f"{argument} must have names of at least two letters, digits and underscores that begin with a "
                f"letter, got {name!r}"
            )
        if name in _SET_BY_LAMBDA:
            raise ValueError(f"{argument} must not have names that Lambda sets itself, got {name!r}")


def _known(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: "" if is_unresolved(value) else value for name, value in variables.items()}


def _require_room(argument: str, variables: Mapping[str, str], largest_size: int) -> None:
    size = _size(variables)
    if size > largest_size:
        largest = sorted(variables, key=lambda name: _size({name: variables[name]}), reverse=True)[:_MOST_NAMED]
        raise ValueError(
            f"{argument} must be at most {largest_size} bytes as JSON, got {size}, of which most are in "
            f"{', '.join(largest)}"
        )


def _size(variables: Mapping[str, str]) -> int:
    return len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode())


def _known_text(value: object) -> str:
    if isinstance(value, Mapping):
        joined = value.get("Fn::Join")
        if joined is None:
            return ""
        separator, parts = joined
        return str(separator).join(_known_text(part) for part in parts)
    return str(value)
