"""Both services of the comparison are the same service, and their lines are counted alike."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks import effort

SOURCE = '''"""A module."""

import json


# A comment.
def text(value: object) -> str:
    """Text."""
    return json.dumps(
        value,
        indent=2,
    )
'''
# What each may say as it likes: texts and pictures for people, names, code, and what the code is told.
OF_THEIR_OWN = (
    "AlarmDescription",
    "AlarmName",
    "Code",
    "DashboardBody",
    "Description",
    "Environment",
    "Handler",
    "Name",
    "PolicyName",
)

# What the CDK's own target of a rule may do besides sending, which needs none of it.
NOT_NEEDED_TO_SEND = {"sqs:GetQueueAttributes", "sqs:GetQueueUrl"}


def without_names(value: object) -> object:
    """A part of a template without the names that its author chose, and with lists that are sets in one order."""
    if isinstance(value, dict):
        if "Ref" in value and not str(value["Ref"]).startswith("AWS::"):
            return "reference"
        if "Fn::GetAtt" in value:
            return f"reference to {value['Fn::GetAtt'][1]}"
        if value.get("Principal") == {"Service": "events.amazonaws.com"} and isinstance(value["Action"], list):
            (action,) = set(value["Action"]) - NOT_NEEDED_TO_SEND
            value = {**value, "Action": action}
        return {
            key: without_names(of_one_value(inner) if key == "Condition" else inner)
            for key, inner in value.items()
            if key != "Sid"
        }
    if isinstance(value, list):
        return sorted((without_names(item) for item in value), key=json.dumps)
    return value


def of_one_value(condition: dict[str, Any]) -> dict[str, Any]:
    """A policy's condition with a list of one value as that value, which IAM takes for the same."""
    return {
        operator: {
            key: values[0] if isinstance(values, list) and len(values) == 1 else values
            for key, values in operands.items()
        }
        for operator, operands in condition.items()
    }


def resources(template: Mapping[str, Mapping[str, Any]]) -> Counter[str]:
    """How often each resource is there, as text."""
    found: Counter[str] = Counter()
    for resource in template.values():
        properties = {key: value for key, value in resource["Properties"].items() if key not in OF_THEIR_OWN}
        said = {**resource, "Properties": without_names(properties), "DependsOn": ""}
        found[json.dumps(said, sort_keys=True)] += 1
    return found


def test_both_are_the_same_service() -> None:
    with_constructs, plain = effort.templates()

    assert Counter(resource["Type"] for resource in with_constructs.values()) == Counter(
        resource["Type"] for resource in plain.values()
    )
    assert resources(with_constructs) == resources(plain)


def test_lines_with_code_are_no_blank_ones_comments_or_docstrings() -> None:
    assert effort.lines_of_code(SOURCE) == 6


def test_a_call_is_one_logical_line() -> None:
    assert effort.logical_lines(SOURCE) == 3
