"""What the functions of the cart service may do."""

from aws_cdk.assertions import Template

from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def test_the_api_reads_and_writes_its_table_and_scans_nothing() -> None:
    actions = {action for action in granted("Cart", "CartApi") if action.startswith("dynamodb:")}

    assert actions == READS | WRITES


def test_only_the_api_calls_another_service() -> None:
    assert "execute-api:Invoke" in granted("Cart", "CartApi")
    assert "execute-api:Invoke" not in granted("Cart", "CartEvents")


def test_what_it_calls_is_pricings_route_for_services() -> None:
    route = {"RouteKey": "POST /v1/prices/quotes", "AuthorizationType": "AWS_IAM"}
    Template.from_json(template_of("Pricing")).has_resource_properties("AWS::ApiGatewayV2::Route", route)
    (called,) = (
        statement["Resource"]["Fn::Join"][1][-1]
        for policy in template_of("Cart")["Resources"].values()
        if policy["Type"] == "AWS::IAM::Policy"
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "execute-api:Invoke"
    )
    assert called.endswith("$default/POST/v1/prices/quotes")


def test_it_publishes_nothing() -> None:
    for role in ("CartApi", "CartEvents"):
        assert "events:PutEvents" not in granted("Cart", role)
