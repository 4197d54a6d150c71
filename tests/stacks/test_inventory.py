"""What the inventory's functions may do, and what tells them to sweep."""

from aws_cdk.assertions import Match, Template

from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def template() -> Template:
    return Template.from_json(template_of("Inventory"))


def test_its_functions_read_and_write_their_table_and_scan_nothing() -> None:
    for function in ("InventoryApi", "InventoryEvents"):
        actions = {action for action in granted("Inventory", function) if action.startswith("dynamodb:")}
        assert actions == READS | WRITES


def test_only_the_relay_publishes() -> None:
    assert "events:PutEvents" in granted("Inventory", "InventoryOutboxRelay")
    for function in ("InventoryApi", "InventoryEvents"):
        assert "events:PutEvents" not in granted("Inventory", function)


def test_reservations_are_for_services_that_sign() -> None:
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/commit")):
        route = {"RouteKey": f"{method} /v1/reservations/{{id}}{path}", "AuthorizationType": "AWS_IAM"}
        template().has_resource_properties("AWS::ApiGatewayV2::Route", route)


def test_the_clock_sends_what_the_handler_reads_to_its_queue_each_minute() -> None:
    template().has_resource_properties(
        "AWS::Events::Rule",
        {
            "ScheduleExpression": "rate(1 minute)",
            "Targets": [
                Match.object_like(
                    {
                        "DeadLetterConfig": Match.any_value(),
                        "InputTransformer": Match.object_like(
                            {"InputTemplate": Match.string_like_regexp("ReservationSweepDue")}
                        ),
                    }
                )
            ],
        },
    )
