"""What the functions of the customers service may do, and who answers for personal data."""

from collections.abc import Iterator

from aws_cdk.assertions import Match, Template

from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
from customers.events import OVERDUE
from customers.personal_data_services import SERVICES
from personal_data.answers import CALLS
from stacks.services import services
from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def template() -> Template:
    return Template.from_json(template_of("Customers"))


def test_the_functions_read_and_write_their_table_and_scan_nothing() -> None:
    for function in ("CustomersApi", "CustomersEvents"):
        actions = {action for action in granted("Customers", function) if action.startswith("dynamodb:")}
        assert actions == READS | WRITES


def test_only_the_relay_publishes() -> None:
    assert "events:PutEvents" in granted("Customers", "CustomersOutboxRelay")
    for function in ("CustomersApi", "CustomersEvents"):
        assert "events:PutEvents" not in granted("Customers", function)


def test_services_answer_by_signed_routes() -> None:
    for route in CALLS:
        template().has_resource_properties(
            "AWS::ApiGatewayV2::Route", {"RouteKey": route, "AuthorizationType": "AWS_IAM"}
        )


def test_the_services_waited_for_are_those_that_hear_the_questions() -> None:
    for event in (PersonalDataRequested, CustomerErasureRequested):
        hearing = [service.name for service in services() if event.detail_type in _heard_by(service.id)]
        assert tuple(hearing) == SERVICES


def test_an_alarm_sounds_at_the_line_that_tells_of_services_that_are_late() -> None:
    template().has_resource_properties(
        "AWS::Logs::MetricFilter",
        {
            "FilterPattern": f'{{ $.message = "{OVERDUE}" }}',
            "MetricTransformations": [Match.object_like({"MetricName": "PersonalDataOverdue"})],
        },
    )
    template().has_resource_properties(
        "AWS::CloudWatch::Alarm", {"MetricName": "PersonalDataOverdue", "Threshold": 1, "Statistic": "Sum"}
    )


def _heard_by(stack: str) -> Iterator[str]:
    for resource in template_of(stack)["Resources"].values():
        if resource["Type"] == "AWS::Events::Rule":
            yield from resource["Properties"].get("EventPattern", {}).get("detail-type", [])
