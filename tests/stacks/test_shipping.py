"""What the functions of the shipping service may do."""

from tests.stacks.granted import granted

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def test_the_functions_read_and_write_their_table_and_scan_nothing() -> None:
    for function in ("ShippingApi", "ShippingEvents"):
        actions = {action for action in granted("Shipping", function) if action.startswith("dynamodb:")}
        assert actions == READS | WRITES


def test_only_the_relay_publishes() -> None:
    assert "events:PutEvents" in granted("Shipping", "ShippingOutboxRelay")
    for function in ("ShippingApi", "ShippingEvents"):
        assert "events:PutEvents" not in granted("Shipping", function)


def test_only_what_hears_of_persons_calls_and_only_to_answer() -> None:
    assert "execute-api:Invoke" in granted("Shipping", "ShippingEvents")
    assert "execute-api:Invoke" not in granted("Shipping", "ShippingApi")
