"""What the functions of the cart service may do."""

from aws_cdk.assertions import Template

from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def test_the_api_reads_and_writes_its_table_and_scans_nothing() -> None:
    actions = {action for action in granted("Cart", "CartApi") if action.startswith("dynamodb:")}

    assert actions == READS | WRITES


def called(role: str) -> set[str]:
    """How the ARNs end that a role may invoke."""
    found: set[str] = set()
    for policy in template_of("Cart")["Resources"].values():
        if policy["Type"] == "AWS::IAM::Policy" and policy["Properties"]["Roles"][0]["Ref"].startswith(role):
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                if statement["Action"] == "execute-api:Invoke":
                    resources = statement["Resource"]
                    arns = resources if isinstance(resources, list) else [resources]
                    found |= {arn["Fn::Join"][1][-1].partition("$default/")[2] for arn in arns}
    return found


def test_the_api_asks_for_prices_and_nothing_else() -> None:
    assert called("CartApi") == {"POST/v1/prices/quotes"}
    route = {"RouteKey": "POST /v1/prices/quotes", "AuthorizationType": "AWS_IAM"}
    Template.from_json(template_of("Pricing")).has_resource_properties("AWS::ApiGatewayV2::Route", route)


def test_what_hears_events_only_answers_for_persons() -> None:
    assert {end.partition("/v1/")[2].partition("/")[0] for end in called("CartEvents")} == {"personal-data"}


def test_it_publishes_nothing() -> None:
    for role in ("CartApi", "CartEvents"):
        assert "events:PutEvents" not in granted("Cart", role)
