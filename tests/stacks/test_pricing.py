"""What the functions of the pricing service may do."""

from tests.stacks.granted import granted

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def test_the_functions_read_and_write_their_table_and_scan_nothing() -> None:
    for function in ("PricingApi", "PricingEvents"):
        actions = {action for action in granted("Pricing", function) if action.startswith("dynamodb:")}
        assert actions == READS | WRITES


def test_nobody_publishes() -> None:
    for function in ("PricingApi", "PricingEvents"):
        assert "events:PutEvents" not in granted("Pricing", function)


def test_only_what_hears_of_persons_calls_and_only_to_answer() -> None:
    assert "execute-api:Invoke" in granted("Pricing", "PricingEvents")
    assert "execute-api:Invoke" not in granted("Pricing", "PricingApi")
