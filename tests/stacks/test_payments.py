"""What the functions of payments and of the payment simulator may do, and what they are told."""

import json

from aws_cdk.assertions import Match, Template

from payments.waiting import GIVEN_UP
from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
FUNCTIONS = {"Payments": ("Api", "Events"), "PaymentSimulator": ("Api", "Webhooks")}


def variables(stack: str, handler: str) -> dict[str, object]:
    functions = Template.from_json(template_of(stack)).find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": handler}}
    )
    (function,) = functions.values()
    found: dict[str, object] = function["Properties"]["Environment"]["Variables"]
    return found


def secrets(stack: str, role: str) -> list[object]:
    return [
        statement["Resource"]
        for resource in template_of(stack)["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy" and resource["Properties"]["Roles"][0]["Ref"].startswith(role)
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if "secretsmanager:GetSecretValue" in statement["Action"]
    ]


def test_functions_read_and_write_their_own_table_and_scan_nothing() -> None:
    for stack, names in FUNCTIONS.items():
        for name in names:
            actions = {action for action in granted(stack, f"{stack}{name}") if action.startswith("dynamodb:")}
            assert actions == READS | WRITES


def test_only_the_relays_publish() -> None:
    for stack, names in FUNCTIONS.items():
        assert "events:PutEvents" in granted(stack, f"{stack}OutboxRelay")
        for name in names:
            assert "events:PutEvents" not in granted(stack, f"{stack}{name}")


def test_each_function_reads_the_secrets_that_it_needs() -> None:
    api_key, webhook_secret = "ApiKey", "WebhookSecret"
    needed = {
        ("Payments", "PaymentsApi"): {api_key, webhook_secret},
        ("Payments", "PaymentsEvents"): {api_key},
        ("PaymentSimulator", "PaymentSimulatorApi"): {api_key},
        ("PaymentSimulator", "PaymentSimulatorWebhooks"): {webhook_secret},
    }
    for (stack, role), names in needed.items():
        text = json.dumps(secrets(stack, role))
        assert {name for name in (api_key, webhook_secret) if name in text} == names


def test_the_clock_has_the_provider_asked_each_minute() -> None:
    target = {"InputTransformer": Match.object_like({"InputTemplate": Match.string_like_regexp("PaymentSweepDue")})}
    Template.from_json(template_of("Payments")).has_resource_properties(
        "AWS::Events::Rule",
        {"ScheduleExpression": "rate(1 minute)", "Targets": [Match.object_like(target)]},
    )


def test_an_alarm_sounds_when_a_payment_is_given_up() -> None:
    template = Template.from_json(template_of("Payments"))
    (watched,) = template.find_resources(
        "AWS::Logs::MetricFilter", {"Properties": {"FilterPattern": f'{{ $.message = "{GIVEN_UP}" }}'}}
    ).values()
    handler = {"Properties": {"Handler": "payments.events.handler"}}
    (function,) = template.find_resources("AWS::Lambda::Function", handler).values()
    assert watched["Properties"]["LogGroupName"] == function["Properties"]["LoggingConfig"]["LogGroup"]
    (counted,) = watched["Properties"]["MetricTransformations"]
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {"MetricName": counted["MetricName"], "Namespace": counted["MetricNamespace"], "Threshold": 1},
    )


def test_no_secret_is_written_into_a_template() -> None:
    for stack in FUNCTIONS:
        assert "resolve:secretsmanager" not in json.dumps(template_of(stack))
    template = Template.from_json(template_of("PaymentCredentials"))
    template.resource_count_is("AWS::SecretsManager::Secret", 2)
    template.all_resources_properties(
        "AWS::SecretsManager::Secret",
        {"SecretString": Match.absent(), "GenerateSecretString": Match.object_like({"PasswordLength": 48})},
    )
    template.all_resources("AWS::SecretsManager::Secret", {"DeletionPolicy": "Retain"})


def test_the_provider_is_found_at_the_address_that_the_environment_names() -> None:
    for stack, handler, name in (
        ("Payments", "payments.api.handler", "PAYMENT_PROVIDER_URL"),
        ("Payments", "payments.events.handler", "PAYMENT_PROVIDER_URL"),
        ("PaymentSimulator", "payment_simulator.webhooks.handler", "WEBHOOK_URL"),
    ):
        assert ".execute-api." in json.dumps(variables(stack, handler)[name])
