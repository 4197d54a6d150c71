import json

import pytest
from botocore.exceptions import ClientError

from local.bring_up import accepted_not_emulated
from local.places import Places

from .conftest import SOON, RunningServer

TEMPLATE = json.dumps(
    {
        "Resources": {
            "Group": {"Type": "AWS::XRay::Group", "Properties": {"GroupName": "g"}},
            "Schemas": {"Type": "AWS::EventSchemas::Registry"},
            "Topic": {"Type": "AWS::SNS::Topic"},
        },
        "Outputs": {
            "Arn": {"Value": {"Fn::GetAtt": ["Group", "GroupARN"]}},
            "Registry": {"Value": {"Fn::GetAtt": ["Schemas", "RegistryName"]}},
        },
    }
)
CHANGED = TEMPLATE.replace("RegistryName", "RegistryArn")


def outputs(server: RunningServer) -> dict[str, str]:
    stack = server.client("cloudformation").describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_a_type_it_does_not_know_is_accepted_and_told(fixed: RunningServer) -> None:
    stacks, places = fixed.client("cloudformation"), Places(root=fixed.root)
    stacks.create_stack(StackName="s", TemplateBody=TEMPLATE)
    stacks.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=SOON)

    assert outputs(fixed)["Arn"].startswith("arn:aws:xray:us-east-1:000000000000:")
    assert accepted_not_emulated(places) == "AWS::EventSchemas::Registry (1), AWS::XRay::Group (1)"

    with fixed.stopped():
        pass
    stacks.update_stack(StackName="s", TemplateBody=CHANGED)
    stacks.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig=SOON)

    assert outputs(fixed)["Registry"].startswith("arn:aws:eventschemas:")
    assert accepted_not_emulated(places) == "AWS::EventSchemas::Registry (1), AWS::XRay::Group (1)"

    stacks.delete_stack(StackName="s")
    stacks.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig=SOON)

    assert accepted_not_emulated(places) == "none"


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        plain.client("cloudformation").create_stack(StackName="s", TemplateBody=TEMPLATE)
