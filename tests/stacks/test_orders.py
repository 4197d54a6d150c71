"""What the functions of the orders service may do, and who may call them."""

from aws_cdk.assertions import Match, Template

from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def template() -> Template:
    return Template.from_json(template_of("Orders"))


def test_its_functions_read_and_write_their_table_and_scan_nothing() -> None:
    for function in ("OrdersApi", "OrdersEvents"):
        actions = {action for action in granted("Orders", function) if action.startswith("dynamodb:")}
        assert actions == READS | WRITES


def test_only_the_relay_publishes() -> None:
    assert "events:PutEvents" in granted("Orders", "OrdersOutboxRelay")
    for function in ("OrdersApi", "OrdersEvents"):
        assert "events:PutEvents" not in granted("Orders", function)


def test_who_may_call_is_what_the_handlers_were_tested_with() -> None:
    from tests.services.orders.conftest import ROUTES

    template().has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "orders.api.handler",
            "Environment": {"Variables": Match.object_like({"ROUTE_ACCESS": Match.serialized_json(ROUTES)})},
        },
    )


def test_checkout_signs_what_it_asks() -> None:
    for key in ("PUT /v1/orders/{id}", "POST /v1/orders/{id}/confirm", "POST /v1/orders/{id}/reject"):
        route = {"RouteKey": key, "AuthorizationType": "AWS_IAM"}
        template().has_resource_properties("AWS::ApiGatewayV2::Route", route)


def test_indexes_hold_what_a_list_shows_and_no_address() -> None:
    from orders.record import SUMMARY

    (table,) = template().find_resources("AWS::DynamoDB::GlobalTable").values()
    indexes = table["Properties"]["GlobalSecondaryIndexes"]
    held = {index["IndexName"]: set(index["Projection"].get("NonKeyAttributes", ())) for index in indexes}
    shown = set(SUMMARY)
    assert held == {"customer": shown, "time": shown, "status": shown, "guest": set()}


def test_only_what_hears_of_persons_answers_for_them() -> None:
    assert "execute-api:Invoke" in granted("Orders", "OrdersEvents")
    assert "execute-api:Invoke" not in granted("Orders", "OrdersApi")


def test_orders_outlive_the_stack() -> None:
    template().has_resource("AWS::DynamoDB::GlobalTable", {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})
