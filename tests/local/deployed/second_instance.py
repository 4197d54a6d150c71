"""A part of a deployed stack, deployed a second time: a consumer with everything that is its own."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.local.deployed.storefront import Storefront

Resources = dict[str, dict[str, Any]]

_BELONGS_TO = {"AWS::IAM::Policy": "Roles", "AWS::SQS::QueuePolicy": "Queues", "AWS::Events::Rule": "Targets"}
"""Resources that no other names, each with the property that says what it belongs to."""


@contextmanager
def consumer_again(storefront: Storefront, stack: str, *, mapping: str, name: str) -> Iterator[str]:
    """Deploys a consumer of a stack once more: its function, roles, queues and rules, and the stores that it uses.

    Args:
        storefront: Where.
        stack: Whose consumer.
        mapping: How the logical id of its event source mapping begins.
        name: Of the new stack, which this gives and ends by deleting.
    """
    formation = storefront.aws("cloudformation")
    template = formation.get_template(StackName=stack)["TemplateBody"]
    template = json.loads(template) if isinstance(template, str) else template
    body = json.dumps({"Resources": _of_consumer(template["Resources"], mapping)})
    formation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    try:
        formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        yield name
    finally:
        formation.delete_stack(StackName=name)
        formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def _of_consumer(resources: Resources, mapping: str) -> Resources:
    (first,) = [each for each in resources if each.startswith(mapping) and _type(resources[each]).endswith("Mapping")]
    wanted, before = {first}, 0
    while len(wanted) > before:
        before = len(wanted)
        for each in list(wanted):
            wanted |= set(_references(resources[each])) & resources.keys()
        wanted |= {each for each in resources if _belongs_to(resources[each], wanted)}
    return {each: _deletable(resources[each]) for each in wanted}


def _belongs_to(resource: Mapping[str, Any], wanted: set[str]) -> bool:
    owner = resource.get("Properties", {}).get(_BELONGS_TO.get(_type(resource), ""))
    return owner is not None and not wanted.isdisjoint(_references(owner))


def _type(resource: Mapping[str, Any]) -> str:
    return str(resource["Type"])


def _references(value: Any) -> Iterator[str]:
    """The logical ids that a part of a template names."""
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "Ref":
                yield each
            elif key == "Fn::GetAtt":
                yield each[0]
            elif key == "DependsOn":
                yield from [each] if isinstance(each, str) else each
            else:
                yield from _references(each)


def _deletable(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without what keeps it when its stack is deleted: it is for one test."""
    return {key: value for key, value in resource.items() if key not in ("DeletionPolicy", "UpdateReplacePolicy")}
