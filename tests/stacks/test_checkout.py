"""What the functions of checkout may do, and which way its saga goes."""

import json

from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def states() -> dict[str, dict[str, object]]:
    """The saga's states."""
    (machine,) = (
        resource
        for resource in template_of("Checkout")["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    )
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    definition = json.loads("".join(part if isinstance(part, str) else "token" for part in parts))
    found: dict[str, dict[str, object]] = definition["States"]
    return found


def test_the_api_starts_and_calls_back_the_saga_and_calls_no_other_service() -> None:
    actions = granted("Checkout", "CheckoutApi")

    assert {action for action in actions if action.startswith("dynamodb:")} == READS | WRITES
    assert {action for action in actions if action.startswith("states:")} == {
        "states:StartExecution",
        "states:SendTaskSuccess",
        "states:SendTaskFailure",
    }
    assert "execute-api:Invoke" not in actions


def test_who_hears_of_payments_calls_back_and_starts_nothing() -> None:
    actions = granted("Checkout", "CheckoutEvents")

    assert {action for action in actions if action.startswith("states:")} == {
        "states:SendTaskSuccess",
        "states:SendTaskFailure",
    }


def test_only_the_relay_publishes() -> None:
    assert "events:PutEvents" in granted("Checkout", "CheckoutOutboxRelay")
    assert "events:PutEvents" not in granted("Checkout", "CheckoutApi") | granted("Checkout", "SagaFunctions")


def test_the_way_there_is_that_of_the_steps_and_each_is_undone() -> None:
    found, way, state = states(), [], "Begin"
    while state:
        way.append(state)
        state = str(found[state].get("Next", ""))

    steps = ["validate", "price", "reserve", "authorize", "review", "create_order", "capture", "confirm"]
    assert way == ["Begin", *steps]
    undone = [step for step in steps if f"Undo {step}" in found]
    assert undone == ["validate", "price", "reserve", "authorize", "create_order", "capture"]


def test_a_refusal_goes_back_and_everything_else_first_undoes_the_step_itself() -> None:
    for step, before in (("reserve", "price"), ("authorize", "reserve"), ("capture", "create_order")):
        catch = states()[step]["Catch"]
        assert isinstance(catch, list)
        assert catch[0] == {"ErrorEquals": ["RefusedError"], "ResultPath": "$.failure", "Next": f"Undo {before}"}
        assert {rule["Next"] for rule in catch[1:]} == {f"Undo {step}"}
